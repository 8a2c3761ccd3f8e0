package dev.holdfast.effect.report;

import dev.holdfast.campaign.Evidence;
import dev.holdfast.campaign.ExpectedEffect;
import dev.holdfast.effect.Measurement;
import dev.holdfast.effect.Plan;
import dev.holdfast.effect.Verdict;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.platform.BusinessClock;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells campaigns what was measured, and what they could show. */
@ApplicationScoped
class MeasuredEffects implements ExpectedEffect {

  /** As long as somebody may be expected to wait before he looks. */
  private static final int FIRST_DAYS = 30;

  private static final double LONGEST_DAYS = 3_650;
  private static final double LEAST_CHURN = 0.01;

  private final LedgerRows ledger;
  private final EffectReports reports;
  private final EffectConfig config;
  private final BusinessClock clock;

  MeasuredEffects(
      LedgerRows ledger, EffectReports reports, EffectConfig config, BusinessClock clock) {
    this.ledger = ledger;
    this.reports = reports;
    this.config = config;
    this.clock = clock;
  }

  @Override
  public Optional<Evidence> of(long campaignId) {
    if (ledger.campaign(campaignId).isEmpty()) {
      return Optional.empty();
    }
    EffectReport report = reports.of(campaignId, EffectReports.Query.newest());
    if (report.counts().assigned() == 0) {
      return Optional.empty();
    }
    Measurement measurement = report.measurement();
    Verdict verdict = measurement.verdict();
    Interval effect = effect(measurement);
    return Optional.of(
        new Evidence(
            campaignId,
            report.campaign(),
            report.run(),
            verdict.kind().wireName(),
            verdict.words(),
            effect == null ? null : effect.value(),
            effect == null ? null : effect.low(),
            effect == null ? null : effect.high(),
            report.counts().matured(),
            verdict.expectedBy(),
            report.asOf()));
  }

  /** What decides the verdict; null while there is none. */
  private static @Nullable Interval effect(Measurement measurement) {
    return switch (measurement.verdict().kind()) {
      case NOT_YET_KNOWN, HIDDEN -> null;
      case SAVED, LOST, NO_EFFECT_FOUND ->
          measurement.planned() == null ? measurement.now() : measurement.planned().effect();
    };
  }

  @Override
  public Power power(double baseChurn, double holdOutShare, double partiesPerDay) {
    double base = Math.max(LEAST_CHURN, Math.min(1 - LEAST_CHURN, baseChurn));
    double worthKnowing = Math.min(base, config.smallestEffect());
    Plan plan = new Plan(base, worthKnowing, 1 - holdOutShare);
    Instant now = clock.now();
    double days = plan.parties() / partiesPerDay + config.days();
    return new Power(
        worthKnowing,
        plan.parties(),
        days > LONGEST_DAYS ? null : now.plus(Duration.ofHours((long) (24 * days))),
        plan.detectable((int) Math.max(1, Math.round(FIRST_DAYS * partiesPerDay))),
        now.plus(Duration.ofDays((long) FIRST_DAYS + config.days())));
  }
}
