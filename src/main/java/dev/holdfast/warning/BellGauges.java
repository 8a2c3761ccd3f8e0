package dev.holdfast.warning;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bell as metrics: {@code holdfast.bell.look} (time of a round of looks, a timer), {@code
 * holdfast.bell.segments} (watched, by day and by hour) and {@code holdfast.bell.ringing} (of them,
 * those that ring).
 */
@ApplicationScoped
class BellGauges {

  private final Timer look;
  private final AtomicInteger segments = new AtomicInteger();
  private final AtomicInteger ringing = new AtomicInteger();

  BellGauges(MeterRegistry metrics) {
    look =
        Timer.builder("holdfast.bell.look")
            .description("time to add up the counts and look at what is complete")
            .register(metrics);
    Gauge.builder("holdfast.bell.segments", segments, AtomicInteger::get)
        .description("segments that are watched, by the day or by the hour")
        .register(metrics);
    Gauge.builder("holdfast.bell.ringing", ringing, AtomicInteger::get)
        .description("segments whose customers are missing")
        .register(metrics);
  }

  void evaluation(Runnable round) {
    look.record(round);
  }

  void show(List<SegmentReport> reports) {
    segments.set(reports.size());
    ringing.set((int) reports.stream().filter(one -> one.incident() != null).count());
  }
}
