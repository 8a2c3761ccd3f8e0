package dev.holdfast.warning;

import dev.holdfast.event.Source;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The feeds as metrics, the same on every replica: {@code holdfast.feed.age.seconds} (how far a
 * source's report is behind the business clock) and {@code holdfast.feed.customers} by source,
 * {@code holdfast.incidents.open} by kind and subject, 1 while there is one.
 */
@ApplicationScoped
class WarningGauges {

  private final MultiGauge age;
  private final MultiGauge customers;
  private final MultiGauge open;

  WarningGauges(MeterRegistry metrics) {
    age =
        MultiGauge.builder("holdfast.feed.age.seconds")
            .description("business time since the instant up to which a source has reported")
            .register(metrics);
    customers =
        MultiGauge.builder("holdfast.feed.customers")
            .description("customers whose last use a source reported")
            .register(metrics);
    open =
        MultiGauge.builder("holdfast.incidents.open")
            .description("1 while there is an open incident")
            .register(metrics);
  }

  void show(List<Source> sources, List<Incident> incidents, Instant now) {
    List<MultiGauge.Row<?>> ages = new ArrayList<>();
    List<MultiGauge.Row<?>> counts = new ArrayList<>();
    List<MultiGauge.Row<?>> opens = new ArrayList<>();
    for (Source source : sources) {
      Instant reported = source.feed().reported();
      if (source.feed().customers() > 0) {
        Tags tags = Tags.of("source", source.name());
        counts.add(MultiGauge.Row.of(tags, source.feed().customers()));
        if (reported != null) {
          ages.add(MultiGauge.Row.of(tags, Duration.between(reported, now).toSeconds()));
        }
      }
    }
    for (Incident incident : incidents) {
      opens.add(
          MultiGauge.Row.of(Tags.of("kind", incident.kind(), "subject", incident.subject()), 1));
    }
    age.register(ages, true);
    customers.register(counts, true);
    open.register(opens, true);
  }
}
