package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.activity.ChurnDefinition;
import dev.holdfast.activity.Priors;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PriorsJsonTest {

  private static Priors priors(ChurnDefinition churn) {
    Priors standard = Priors.standard();
    return new Priors(
        standard.version(), churn, standard.medianGapDays(), standard.gapCdf(), standard.bgNbd());
  }

  @Test
  void everyKindOfChurnIsReadBack() {
    for (ChurnDefinition churn :
        List.of(
            ChurnDefinition.perCustomer(),
            ChurnDefinition.silence(30, 90, 3),
            ChurnDefinition.contractEnd(60, 14))) {
      assertThat(PriorsJson.read(PriorsJson.write(priors(churn)))).isEqualTo(priors(churn));
    }
  }

  @Test
  void aFileFromBeforeContractsMeansSilence() {
    String now = text(PriorsJson.write(priors(ChurnDefinition.fixed(45))));
    String before =
        now.replaceAll("\\s*\"kind\"\\s*:\\s*\"silence\",", "")
            .replaceAll(",\\s*\"graceDays\"\\s*:\\s*0", "");
    assertThat(before).doesNotContain("kind", "graceDays");

    assertThat(PriorsJson.read(bytes(before)).churn()).isEqualTo(ChurnDefinition.fixed(45));
  }

  @Test
  void anUnknownKindIsRefused() {
    String other =
        text(PriorsJson.write(priors(ChurnDefinition.fixed(45)))).replace("silence", "x");

    assertThatThrownBy(() -> PriorsJson.read(bytes(other)))
        .isInstanceOf(BadModel.class)
        .hasMessageContaining("contract-end");
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
