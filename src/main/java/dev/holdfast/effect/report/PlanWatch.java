package dev.holdfast.effect.report;

import dev.holdfast.effect.report.LedgerRows.Campaign;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Fixes plans before outcomes are known, and reads them when they are reached; whoever looks. */
@ApplicationScoped
class PlanWatch {

  private static final Logger LOG = Logger.getLogger(PlanWatch.class);

  private final LedgerRows ledger;
  private final EffectReports reports;

  PlanWatch(LedgerRows ledger, EffectReports reports) {
    this.ledger = ledger;
    this.reports = reports;
  }

  @Scheduled(
      every = "{holdfast.effect.watch-every:1h}",
      delayed = "2m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    try {
      ledger.begun().forEach(this::watch);
    } catch (RuntimeException failure) {
      LOG.warnf(failure, "The plans of campaigns could not be watched; trying again later");
    }
  }

  private void watch(Campaign campaign) {
    try {
      reports.watch(campaign);
    } catch (RuntimeException failure) {
      // The others are watched all the same.
      LOG.warnf(failure, "The plan of campaign %d could not be watched", campaign.id());
    }
  }
}
