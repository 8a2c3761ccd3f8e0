package dev.holdfast.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdealReaderTest {

  private static final Instant FROM = Instant.parse("2025-01-01T00:00:00Z");
  private static final Instant NOW = FROM.plus(Duration.ofDays(200));
  private static final Duration HORIZON = Duration.ofDays(30);
  // More leave than usual, so that few customers show something.
  private static final Scenario SCENARIO = Scenario.ordinary().withHazardFactor(4);

  private static Simulation world() {
    Simulation world = Simulation.withoutEvents(Population.draw(5, 250, FROM), SCENARIO);
    world.advanceTo(NOW);
    return world;
  }

  @Test
  void itExpectsWhatTheOracleExpectsAndKnowsTheCustomersNearlyAsWell() {
    Simulation world = world();
    IdealReader reader = IdealReader.of(world, 100, 1);
    List<Double> read = new ArrayList<>();
    List<Double> known = new ArrayList<>();
    for (TrueRisk risk : Oracle.of(world, 40, 1).risks(HORIZON)) {
      read.add(reader.silence(risk.externalId(), HORIZON));
      known.add(risk.silenceToObserver());
    }

    double mean = mean(known);
    double apart = 0;
    double spread = 0;
    for (int i = 0; i < known.size(); i++) {
      apart += Math.pow(read.get(i) - known.get(i), 2);
      spread += Math.pow(known.get(i) - mean, 2);
    }

    assertThat(mean(read)).isCloseTo(mean, within(0.02));
    assertThat(1 - apart / spread).as("share of the variance that is explained").isGreaterThan(0.9);
  }

  @Test
  void silenceBeyondTheOwnHabitIsTakenForLeaving() {
    Simulation world = world();
    IdealReader reader = IdealReader.of(world, 100, 1);
    List<TrueRisk> risks = Oracle.of(world, 10, 1).risks(HORIZON);
    Comparator<TrueRisk> byRisk = Comparator.comparingDouble(TrueRisk::silenceToObserver);
    TrueRisk surely = risks.stream().max(byRisk).orElseThrow();
    TrueRisk hardly = risks.stream().min(byRisk).orElseThrow();

    assertThat(reader.silence(surely.externalId(), HORIZON)).isGreaterThan(0.9);
    assertThat(reader.silence(hardly.externalId(), HORIZON)).isLessThan(0.05);
    assertThat(reader.silence(surely.externalId(), HORIZON))
        .isEqualTo(IdealReader.of(world, 100, 1).silence(surely.externalId(), HORIZON));
  }

  @Test
  void itRefusesWhomItCannotRead() {
    Simulation world = world();
    String id = Oracle.of(world, 1, 1).risks(HORIZON).get(0).externalId();
    world.contact(id, NOW);
    IdealReader reader = IdealReader.of(world, 10, 1);

    assertThatThrownBy(() -> reader.silence(id, HORIZON)).hasMessageContaining("has been called");
    assertThatThrownBy(() -> IdealReader.of(world, 9, 1)).hasMessageContaining("10 particles");
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(v -> v).average().orElseThrow();
  }
}
