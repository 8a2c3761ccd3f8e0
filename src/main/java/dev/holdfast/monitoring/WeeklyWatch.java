package dev.holdfast.monitoring;

import dev.holdfast.evaluation.Scored;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The service's weekly judgement of one model on snapshots in memory: the same rules, without its
 * tables. For studies of how soon a change is noticed.
 */
public final class WeeklyWatch {

  private static final int WEEKS_JUDGED_BY = 4;

  private final Duration horizon;
  private final Reference reference;
  private final Map<LocalDate, List<Watched>> labels = new TreeMap<>();
  private int snapshots;

  /**
   * A watch that has seen nothing yet.
   *
   * @param risks what the model said of the customers where it was made, at least one
   * @param horizon of the model's question
   */
  public WeeklyWatch(double[] risks, Duration horizon) {
    this.horizon = horizon;
    reference = new Reference(Groups.of(risks), Map.of(), true);
  }

  /**
   * Takes a snapshot: what the model says of customers at an instant. What became of them is looked
   * at only once the horizon has passed.
   *
   * @return whether the risk is distributed as where the model was made
   */
  public Verdict take(Instant at, List<Scored> customers) {
    snapshots++;
    Instant ends = at.plus(horizon);
    long[] counts = new long[Groups.COUNT];
    List<Watched> watched = labels.computeIfAbsent(Weeks.of(ends), week -> new ArrayList<>());
    for (Scored one : customers) {
      counts[reference.risk().of(one.probability())]++;
      watched.add(
          new Watched(
              snapshots,
              one.customer(),
              at,
              ends,
              one.probability(),
              0,
              Watched.DAY_SECONDS,
              null,
              one.weight(),
              one.churned()));
    }
    return Judge.riskDrift(reference, new Counts(customers.size(), counts, Map.of()));
  }

  /**
   * Whether the probabilities came true in the weeks that are over.
   *
   * @param now labels of horizons that ended in the week of this instant, or later, are not known
   */
  public Verdict calibration(Instant now) {
    LocalDate running = Weeks.of(now);
    List<WeekFigures> weeks = new ArrayList<>();
    for (int back = WEEKS_JUDGED_BY; back >= 1; back--) {
      LocalDate week = running.minusWeeks(back);
      Weeks.figures(week, labels.getOrDefault(week, List.of()), null, Map.of(), 1)
          .ifPresent(weeks::add);
    }
    return Judge.calibration(weeks);
  }
}
