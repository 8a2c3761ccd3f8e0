package dev.holdfast.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The random quantities and the times of day that lives are made of. */
class DrawsTest {

  private static final int MANY = 200_000;

  @Test
  void normalQuantilesAreThoseOfTheTables() {
    // scipy.stats.norm.ppf
    assertThat(Normal.quantile(0.5)).isZero();
    assertThat(Normal.quantile(0.3)).isCloseTo(-0.5244005127080409, within(1e-14));
    assertThat(Normal.quantile(0.9)).isCloseTo(1.2815515655446004, within(1e-14));
    assertThat(Normal.quantile(0.001)).isCloseTo(-3.090232306167813, within(1e-14));
    assertThat(Normal.quantile(0.999999)).isCloseTo(4.753424308817089, within(1e-9));
    assertThat(Normal.quantile(1e-12)).isCloseTo(-7.034483825301132, within(1e-12));
  }

  @Test
  void drawsHaveTheMomentsTheyClaim() {
    Draws draws = new Draws(42);
    double sum = 0;
    double squares = 0;
    double exponentials = 0;
    int[] whole = new int[4];
    for (int i = 0; i < MANY; i++) {
      double normal = draws.gaussian();
      sum += normal;
      squares += normal * normal;
      exponentials += draws.exponential(3);
      whole[draws.wholeBetween(0, 3)]++;
    }

    assertThat(sum / MANY).isCloseTo(0, within(4 / Math.sqrt(MANY)));
    assertThat(squares / MANY).isCloseTo(1, within(4 * Math.sqrt(2.0 / MANY)));
    assertThat(exponentials / MANY).isCloseTo(3, within(4 * 3 / Math.sqrt(MANY)));
    for (int count : whole) {
      assertThat(count / (double) MANY).isCloseTo(0.25, within(4 * Math.sqrt(0.1875 / MANY)));
    }
  }

  @Test
  void gapsLastAsLongAsTheirSurvivalSays() {
    Draws draws = new Draws(43);
    for (int shape : new int[] {1, 2, 4}) {
      for (double age : new double[] {0.3, 1, 2}) {
        int longer = 0;
        for (int i = 0; i < MANY; i++) {
          longer += draws.erlang(shape) > age ? 1 : 0;
        }
        double expected = Math.exp(Renewal.logSurvival(shape, age));
        assertThat(longer / (double) MANY)
            .as("shape %d, age %.1f", shape, age)
            .isCloseTo(expected, within(4 * Math.sqrt(expected * (1 - expected) / MANY)));
      }
    }
  }

  @Test
  void aSilenceUpToAnInstantIsLikelierThanOneToTheEnd() {
    for (double log : new double[] {0, -1e-10, -1e-3, -0.7, -5}) {
      double sum = 0;
      int steps = 100_000;
      for (int i = 0; i < steps; i++) {
        sum += Math.exp(log * (i + 0.5) / steps);
      }
      assertThat(Silence.meanUntil(log)).isCloseTo(sum / steps, within(1e-8));
    }
  }

  @Test
  void streamsOfOneCustomerAndOfNeighboursAreUnrelated() {
    for (Draws.Purpose purpose : Draws.Purpose.values()) {
      Draws one = Draws.ofCustomer(1, 5, purpose);
      Draws same = Draws.ofCustomer(1, 5, purpose);
      Draws neighbour = Draws.ofCustomer(1, 6, purpose);
      Draws occasion = Draws.ofOccasion(1, 5, purpose, 0);
      double drawn = one.uniform();

      assertThat(same.uniform()).isEqualTo(drawn);
      assertThat(List.of(neighbour.uniform(), occasion.uniform())).doesNotContain(drawn);
    }
  }

  @Test
  void theShareOfADayIsTheInverseOfItsPart() {
    for (int i = 0; i <= 1000; i++) {
      double share = i / 1000.0;
      assertThat(Season.shareOfDay(Season.partOfDay(share))).isCloseTo(share, within(1e-12));
    }
  }

  @Test
  void operationalTimeStandsStillInOutages() {
    Day day = Day.of(LocalDate.of(2025, 3, 3), ZoneId.of("Europe/London"));
    Instant start = Instant.ofEpochMilli(day.start());
    Service service =
        Service.on(
            day,
            List.of(
                new Outage(Segment.ALL, start.plusSeconds(8 * 3600), Duration.ofHours(4), 1),
                new Outage(Segment.ALL, start.plusSeconds(10 * 3600), Duration.ofHours(5), 1),
                new Outage(Segment.ALL, start.plusSeconds(23 * 3600), Duration.ofDays(9), 1)));

    assertThat(service.share()).isBetween(0.5, 0.7);
    assertThat(service.shareBy(1)).isCloseTo(service.share(), within(1e-12));
    assertThat(service.shareBy(8 / 24.0)).isEqualTo(service.shareBy(15 / 24.0), within(1e-12));
    for (int i = 0; i < 1000; i++) {
      double hour = 24 * service.partBy(service.share() * i / 1000);
      assertThat(hour < 8 || (hour >= 15 && hour < 23)).as("hour %f", hour).isTrue();
    }
  }
}
