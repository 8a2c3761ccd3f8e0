package dev.holdfast.effect.report;

import dev.holdfast.effect.report.LedgerRows.Campaign;
import dev.holdfast.platform.Rounds;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Fixes plans before outcomes are known, and reads them when they are reached; whoever looks. */
@ApplicationScoped
class PlanWatch {

  private static final Logger LOG = Logger.getLogger(PlanWatch.class);

  private final LedgerRows ledger;
  private final Rounds rounds;
  private final EffectReports reports;

  PlanWatch(LedgerRows ledger, EffectReports reports, Rounds rounds) {
    this.ledger = ledger;
    this.reports = reports;
    this.rounds = rounds;
  }

  @Scheduled(
      every = "{holdfast.effect.watch-every:1h}",
      delayed = "2m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    rounds.round(
        LOG,
        "The plans of campaigns could not be watched",
        () -> ledger.begun().forEach(this::watch));
  }

  /** The others are watched whatever comes of this one. */
  private void watch(Campaign campaign) {
    rounds.round(
        LOG,
        "The plan of campaign %d could not be watched".formatted(campaign.id()),
        () -> reports.watch(campaign));
  }
}
