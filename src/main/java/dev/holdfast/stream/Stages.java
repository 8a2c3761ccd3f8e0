package dev.holdfast.stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Where the time of the batches goes: the metric {@code holdfast.batch}, one timer a stage. */
final class Stages {

  /** The parts of a batch, in their order. */
  enum Stage {
    PARSE,
    PROGRESS,
    RESOLVE,
    LOCK,
    APPEND,
    UPDATE,
    SCORE,
    TRIGGER,
    ATTENDANCE,
    SAVE,
    BOOKS,
    COMMIT
  }

  private final Map<Stage, Timer> timers = new EnumMap<>(Stage.class);

  Stages(MeterRegistry metrics) {
    for (Stage stage : Stage.values()) {
      timers.put(
          stage,
          Timer.builder("holdfast.batch")
              .description("Time of a batch of messages by stage")
              .tag("stage", stage.name().toLowerCase(java.util.Locale.ROOT))
              .register(metrics));
    }
  }

  /** A watch for one batch; one thread uses it. */
  Watch start() {
    return new Watch();
  }

  /** Gives the time since the stage before to the stage that ends now. */
  final class Watch {

    private long since = System.nanoTime();

    void ended(Stage stage) {
      long now = System.nanoTime();
      Timer timer = timers.get(stage);
      if (timer != null) {
        timer.record(now - since, TimeUnit.NANOSECONDS);
      }
      since = now;
    }
  }
}
