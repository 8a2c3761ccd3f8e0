package dev.holdfast.effect.report;

import dev.holdfast.effect.report.EffectReports.Overview;
import dev.holdfast.effect.report.EffectReports.Query;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Kept;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SystemClock;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.microprofile.context.ManagedExecutor;

/**
 * Effects for those who look at them again and again. What took long to measure is kept and shown
 * again, at most ten minutes old as its {@code asOf} tells; from a minute on it is measured anew
 * beside the answer.
 */
@ApplicationScoped
public class RecentEffects {

  /** What is measured faster than that is measured each time. */
  private static final Duration QUICK = Duration.ofMillis(300);

  private static final Kept.Ages AGES =
      new Kept.Ages(QUICK, Duration.ofMinutes(1), Duration.ofMinutes(10));

  private final Kept<Long, EffectReport> reports;
  private final Supplier<Overviews> overviews;

  /** All campaigns beside each other as of an instant, oldest first. */
  public record Overviews(Instant asOf, List<Overview> all) {

    public Overviews {
      all = List.copyOf(all);
    }
  }

  RecentEffects(
      EffectReports effects, BusinessClock business, SystemClock clock, ManagedExecutor executor) {
    this.reports = new Kept<>(AGES, clock, executor, id -> effects.of(id, Query.newest()));
    this.overviews =
        Kept.single(AGES, clock, executor, () -> new Overviews(business.now(), effects.overview()));
  }

  /**
   * Everything of a campaign's newest run.
   *
   * @throws Problem 404 if there is no such campaign
   */
  public EffectReport of(long campaignId) {
    return reports.get(campaignId);
  }

  /** The newest run of every campaign. */
  public Overviews overviews() {
    return overviews.get();
  }
}
