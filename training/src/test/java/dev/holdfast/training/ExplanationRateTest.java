package dev.holdfast.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.training.ExplanationRate.Setup;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplanationRateTest {

  /** The deepest trees are too many for tables and are walked leaf by leaf. */
  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0.1", "3, 0", "5, 0.1", "6, 0.1", "7, 0", "12, 0.1"})
  void contributionsEqualThoseOfTheBooster(int depth, double missing) throws Exception {
    ExplanationRate rate =
        ExplanationRate.measure(new Setup(20, depth, 8, missing, 2_000, 100, depth));

    assertThat(rate.apart()).isLessThan(1e-5);
    assertThat(rate.marginsApart()).isZero();
  }

  @Tag("full")
  @ParameterizedTest
  @CsvSource({"0, 1", "0.1, 2"})
  void explanationsAreManyTimesAsFastAsTheBoosters(double missing, long seed) throws Exception {
    ExplanationRate rate =
        ExplanationRate.measure(new Setup(300, 6, 40, missing, 20_000, 2_000, seed));

    System.out.printf("300 trees, depth 6, 40 features, missing %.1f: %s%n", missing, rate);
    assertThat(rate.apart()).isLessThan(1e-5);
    assertThat(rate.marginsApart()).isZero();
  }
}
