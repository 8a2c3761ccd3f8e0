package dev.holdfast.effect.report;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Fixes plans before outcomes are known, and reads them when they are reached; whoever looks. */
@ApplicationScoped
class PlanWatch {

  private static final Logger LOG = Logger.getLogger(PlanWatch.class);

  private final EffectReports reports;

  PlanWatch(EffectReports reports) {
    this.reports = reports;
  }

  @Scheduled(
      every = "{holdfast.effect.watch-every:1h}",
      delayed = "2m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    try {
      reports.watch();
    } catch (RuntimeException failure) {
      LOG.warnf(failure, "The plans of campaigns could not be watched; trying again later");
    }
  }
}
