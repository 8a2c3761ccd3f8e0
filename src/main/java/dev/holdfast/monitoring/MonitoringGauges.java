package dev.holdfast.monitoring;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/**
 * The champion's verdicts as metrics, the same on every replica: {@code holdfast.monitoring.state}
 * by check (-1 not yet known, 0 quiet, 1 warn, 2 alarm) and {@code holdfast.monitoring.figure} by
 * check and figure.
 */
@ApplicationScoped
class MonitoringGauges {

  private final MultiGauge states;
  private final MultiGauge figures;

  MonitoringGauges(MeterRegistry metrics) {
    states =
        MultiGauge.builder("holdfast.monitoring.state")
            .description("-1 not yet known, 0 quiet, 1 warn, 2 alarm")
            .register(metrics);
    figures =
        MultiGauge.builder("holdfast.monitoring.figure")
            .description("figures of the champion's newest judgement")
            .register(metrics);
  }

  void show(ModelWatch watch) {
    List<MultiGauge.Row<?>> stateRows = new ArrayList<>();
    List<MultiGauge.Row<?>> figureRows = new ArrayList<>();
    for (Verdict verdict : watch.verdicts()) {
      stateRows.add(MultiGauge.Row.of(Tags.of("check", verdict.check()), level(verdict.state())));
      verdict
          .figures()
          .forEach(
              (name, value) ->
                  figureRows.add(
                      MultiGauge.Row.of(Tags.of("check", verdict.check(), "figure", name), value)));
    }
    states.register(stateRows, true);
    figures.register(figureRows, true);
  }

  private static int level(State state) {
    return switch (state) {
      case NOT_YET_KNOWN -> -1;
      case QUIET -> 0;
      case WARN -> 1;
      case ALARM -> 2;
    };
  }
}
