package dev.holdfast.warning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What missing customers share: the test is exact, and chance is not listed. */
class SharedTraitsTest {

  @Test
  void theTailIsThatOfTheUrn() {
    // Fisher's tea: all four, and three or more of four.
    assertThat(SharedTraits.upperTail(4, 4, 0, 4)).isCloseTo(1.0 / 70, within(1e-12));
    assertThat(SharedTraits.upperTail(3, 4, 1, 4)).isCloseTo(17.0 / 70, within(1e-12));
    assertThat(SharedTraits.upperTail(0, 40, 10, 40)).isCloseTo(1, within(1e-9));
  }

  @Test
  void whatSetsThemApartComesFirstAndWhatIsCommonToAllDoesNotCome() {
    SharedTraits traits = new SharedTraits();
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      traits.addMissing(
          Map.of(
              "plan",
              "basic",
              "device",
              i % 10 == 0 ? "old" : "new",
              "last event",
              i % 2 == 0 ? "login_failed" : "login",
              "noise",
              "n" + random.nextInt(20)));
    }
    for (int i = 0; i < 700; i++) {
      traits.addPresent(
          Map.of(
              "plan", i % 2 == 0 ? "basic" : "plus",
              "device", i % 10 == 0 ? "old" : "new",
              "last event", i % 50 == 0 ? "login_failed" : "login",
              "noise", "n" + random.nextInt(20)));
    }

    assertThat(traits.ranked(10))
        .extracting(SharedTrait::trait)
        .startsWith("last event=login_failed", "plan=basic")
        .doesNotContain("device=old", "device=new");
    SharedTrait first = traits.ranked(1).get(0);
    assertThat(first.missing()).isEqualTo(150);
    assertThat(first.lift()).isBetween(20.0, 30.0);
    assertThat(first.q()).isLessThan(1e-9).isGreaterThanOrEqualTo(first.p());
  }

  @Test
  void noiseAloneIsListedInFewDraws() {
    int listed = 0;
    for (int seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      SharedTraits traits = new SharedTraits();
      for (int i = 0; i < 400; i++) {
        Map<String, String> values =
            Map.of("a", "v" + random.nextInt(10), "b", "v" + random.nextInt(10));
        if (random.nextInt(3) == 0) {
          traits.addMissing(values);
        } else {
          traits.addPresent(values);
        }
      }
      listed += traits.ranked(10).isEmpty() ? 0 : 1;
    }
    assertThat(listed).isLessThanOrEqualTo(18);
  }
}
