package dev.holdfast.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.platform.Problem;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueFormulaTest {

  private static final Map<String, Object> ANNA =
      Map.of(
          "risk",
          0.4,
          "profile.fee",
          30,
          "profile.paid",
          "12.5",
          "profile.plan",
          "gold",
          "profile.vip",
          true,
          "few_gaps",
          Float.NaN);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          200                                     | 200
          0.5 * 12 * profile.fee                  | 180
          profile.fee - profile.paid + 1          | 18.5
          profile.fee-1                           |
          2 - 3 - 4 + 10                          | 5
          2 - 3                                   | 0
          2 + 3 * 4                               | 14
          (2 + 3) * 4 / 8                         | 2.5
          12 / 4 / 3                              | 1
          2-1                                     | 1
          -(-3)                                   | 3
          1.5e2 * .5                              | 75
          max(100, min(profile.fee, 20) * 12)     | 240
          max(0, profile.fee * (risk - 1))        | 0
          profile.fee * (risk - 1)                | 0
          profile.plan * 2                        |
          profile.vip * 2                         |
          profile.nothing + 5                     |
          max(profile.nothing, 5)                 |
          few_gaps                                |
          5 / 0                                   |
          0 / 0                                   |
          """)
  void reckonsTheAmountOrSaysThatThereIsNone(String formula, Double amount) {
    assertThat(Segments.formula(formula).of(ANNA::get))
        .as(formula)
        .isEqualTo(amount == null ? OptionalDouble.empty() : OptionalDouble.of(amount));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          5 *                  | Expected a number or a name at character 4, where it ends
          5 5                  | Expected + - * / or the end at character 3: 5
          fee * 2              | Expected risk, profile.FIELD, the name of a feature, min(..) or max(..) at character 1: fee * 2
          band                 | Expected risk, profile.FIELD, the name of a feature, min(..) or max(..) at character 1: band
          (1 + 2               | Expected ) at character 7, where it ends
          min(1)               | Expected , at character 6: )
          min + 1              | Expected risk, profile.FIELD, the name of a feature, min(..) or max(..) at character 1: min + 1
          1 + * 2              | Expected a number or a name at character 5: * 2
          """)
  void saysWhereItCannotBeRead(String formula, String why) {
    assertThatThrownBy(() -> Segments.formula(formula))
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> assertThat(problem.detail()).isEqualTo("valueFormula: " + why));
  }

  @Test
  void isNeitherBlankNorTooDeepNorTooLong() {
    assertThatThrownBy(() -> Segments.formula(" ")).hasMessageContaining("Expected a number");
    assertThatThrownBy(() -> Segments.formula("(".repeat(40) + "1"))
        .hasMessageContaining("Nested deeper than 32");
    assertThatThrownBy(() -> Segments.formula("-".repeat(40) + "1"))
        .hasMessageContaining("Nested deeper than 32");
    assertThatThrownBy(() -> Segments.formula("1+".repeat(250) + "1"))
        .hasMessageContaining("at most 500 characters");
  }
}
