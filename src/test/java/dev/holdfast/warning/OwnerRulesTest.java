package dev.holdfast.warning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OwnerRulesTest {

  @Test
  void theFirstRuleThatFitsNamesTheOwner() {
    OwnerRules rules =
        OwnerRules.parse(
            "feed source:billing -> nils; cohort segment:region=north -> anna;"
                + " cohort -> Mary Ann; * -> lena;");

    assertThat(rules.ownerOf("feed", "source:billing-eu")).contains("nils");
    assertThat(rules.ownerOf("feed", "source:app")).contains("lena");
    assertThat(rules.ownerOf("cohort", "segment:region=north/plan=a")).contains("anna");
    assertThat(rules.ownerOf("cohort", "segment:region=south")).contains("Mary Ann");
  }

  @Test
  void withoutARuleNobodyOwns() {
    assertThat(OwnerRules.parse("").ownerOf("feed", "source:app")).isEmpty();
    assertThat(OwnerRules.parse("cohort -> anna").ownerOf("feed", "source:app")).isEmpty();
  }

  @Test
  void aMalformedRuleIsRefusedWithItsText() {
    assertThatThrownBy(() -> OwnerRules.parse("* -> lena; feed source:app nils"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"feed source:app nils\"")
        .hasMessageContaining("KIND [SUBJECT-PREFIX] -> USER");
  }
}
