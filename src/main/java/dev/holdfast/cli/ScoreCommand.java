package dev.holdfast.cli;

import dev.holdfast.access.Audit;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SystemClock;
import dev.holdfast.scoring.Rescores;
import io.quarkus.narayana.jta.QuarkusTransaction;
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
  @Inject ModelRegistry models;
  @Inject SystemClock clock;
  @Inject Audit audit;

  @Override
  public Integer call() throws InterruptedException {
    if (models.champion().isEmpty()) {
      throw Problem.conflict("No model is promoted: run holdfast train, then holdfast promote");
    }
    scoreEverybody();
    System.out.println(rescores.scored() + " customers have a risk");
    return 0;
  }

  /** Asks for everybody's score and waits until the timers have given it. */
  private void scoreEverybody() throws InterruptedException {
    long rows =
        QuarkusTransaction.requiringNew()
            .call(
                () -> {
                  audit.record(Actor.name(), "score-all", "customers", null);
                  return rescores.requestAll();
                });
    awaitScores(rescores, clock, rows);
  }

  /**
   * Waits until nobody waits for a score any more, showing progress.
   *
   * @throws Problem 503 if nothing moves for half an hour: no service or stream is at work
   */
  static void awaitScores(Rescores rescores, SystemClock clock, long rows)
      throws InterruptedException {
    Instant started = clock.now();
    long waiting = rescores.waiting();
    while (waiting > 0) {
      if (clock.now().isAfter(started.plus(PATIENCE))) {
        throw Problem.unavailable(
            waiting + " customers still wait for a score; is a service running?",
            Duration.ofMinutes(1));
      }
      System.err.printf("scoring: %d of %d customers done%n", Math.max(0, rows - waiting), rows);
      TimeUnit.MILLISECONDS.sleep(500);
      waiting = rescores.waiting();
    }
  }
}
