package dev.holdfast.cli;

import dev.holdfast.access.Audit;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SystemClock;
import dev.holdfast.scoring.Rescores;
import dev.holdfast.stream.Timers;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduler;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/** Scores every customer as of the business clock's now; triggers nothing. */
@Command(
    name = "score",
    description = "Scores every customer as of the business clock, and sets all timers anew.")
@Needs(Needs.Parts.STREAM)
class ScoreCommand implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofMinutes(30);

  @Inject Rescores rescores;
  @Inject Timers timers;
  @Inject Scheduler scheduler;
  @Inject ModelRegistry models;
  @Inject SystemClock clock;
  @Inject Audit audit;

  @Override
  public Integer call() throws InterruptedException {
    if (models.champion().isEmpty()) {
      throw Problem.conflict("No model is promoted: run holdfast train, then holdfast promote");
    }
    // This command sweeps the timers itself, so that it knows when all is done.
    scheduler.pause();
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              audit.record(Actor.name(), "score-all", "customers", null);
              rescores.requestAll();
            });
    scoreAll();
    System.out.println(rescores.scored() + " customers have a risk");
    return 0;
  }

  private void scoreAll() throws InterruptedException {
    Instant started = clock.now();
    timers.sweep();
    long told = 0;
    for (long waiting = rescores.waiting(); waiting > 0; waiting = rescores.waiting()) {
      if (clock.now().isAfter(started.plus(PATIENCE))) {
        throw Problem.unavailable(
            waiting + " customers still wait for a score: their events are not applied yet",
            Duration.ofMinutes(1));
      }
      // How many there were is not told: who waits for two reasons is counted twice.
      if (waiting != told) {
        System.err.printf("scoring: %,d to go%n", waiting);
        told = waiting;
      }
      TimeUnit.MILLISECONDS.sleep(200);
      timers.sweep();
    }
    // With everybody scored, the day's intake can be admitted.
    timers.sweep();
  }
}
