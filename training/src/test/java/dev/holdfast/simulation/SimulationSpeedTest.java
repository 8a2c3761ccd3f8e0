package dev.holdfast.simulation;

import static dev.holdfast.simulation.Lives.day;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How many days of customers a core lives in a second. */
@Tag("full")
class SimulationSpeedTest {

  private static final int SIZE = 5000;
  private static final int DAYS = 365;
  private static final int ROUNDS = 8;

  @Test
  void millionsOfDaysAreLivedInASecond() {
    double told = 0;
    double untold = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long[] events = {0};
      Simulation eventful = Lives.of(round, SIZE, Scenario.ordinary());
      told = Math.max(told, rate(() -> eventful.advanceTo(day(DAYS), event -> events[0]++)));
      Simulation uneventful = Lives.unseen(round, SIZE, Scenario.ordinary());
      untold = Math.max(untold, rate(() -> uneventful.advanceTo(day(DAYS))));
      assertThat(events[0]).isPositive();
    }
    System.out.printf(
        "million customer-days a second, best of %d: %.2f with events, %.2f without%n",
        ROUNDS, told, untold);

    assertThat(told).isGreaterThan(2);
    assertThat(untold).isGreaterThan(told);
  }

  @Test
  void theOracleTellsThousandsOfCustomersInSeconds() {
    Simulation simulation = Lives.unseen(1, SIZE, Scenario.ordinary());
    simulation.advanceTo(day(DAYS));
    Oracle.of(simulation, 20, 1).risks(Duration.ofDays(30));
    long start = cpuNanos();
    int customers = Oracle.of(simulation).risks(Duration.ofDays(30)).size();
    double risks = (cpuNanos() - start) / 1e6 / customers;
    start = cpuNanos();
    for (int i = 0; i < 1000; i++) {
      simulation.potentialOutcome(
          simulation.population().customers().get(i).externalId(), Duration.ofDays(60));
    }
    double outcomes = (cpuNanos() - start) / 1e6 / 1000;
    System.out.printf(
        "a true risk of 30 days in %.2f ms, potential outcomes of 60 days in %.3f ms%n",
        risks, outcomes);

    assertThat(risks).isLessThan(10);
  }

  /** Of this thread, so that other work on the machine does not count. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static double rate(Runnable run) {
    long start = cpuNanos();
    run.run();
    return SIZE * (double) DAYS / (cpuNanos() - start) * 1e3;
  }
}
