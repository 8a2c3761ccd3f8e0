package dev.holdfast.monitoring;

import dev.holdfast.evaluation.Auc;
import dev.holdfast.evaluation.Calibration;
import dev.holdfast.evaluation.Loss;
import dev.holdfast.evaluation.PairedDifference;
import dev.holdfast.evaluation.Predictions;
import dev.holdfast.evaluation.Scored;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Measures a champion, the naive idle rule and models in shadow on a week's labels. */
final class Weeks {

  private static final int ROUNDS = 200;
  private static final double SURE = 1e-6;

  private Weeks() {}

  /** The Monday (UTC) of the week of an instant. */
  static LocalDate of(Instant instant) {
    return LocalDate.ofInstant(instant, ZoneOffset.UTC)
        .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
  }

  /** The instant at which a week starts. */
  static Instant start(LocalDate week) {
    return week.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /**
   * The earliest row of each customer: rows of one customer in one week share nearly all of their
   * window, and an interval that took them for independent would be too narrow.
   */
  static List<Watched> onePerCustomer(Collection<Watched> rows) {
    Map<Long, Watched> first = new TreeMap<>();
    for (Watched row : rows) {
      first.merge(
          row.customerId(), row, (one, other) -> other.asOf().isBefore(one.asOf()) ? other : one);
    }
    return List.copyOf(first.values());
  }

  /**
   * The figures of one week.
   *
   * @param labels rows whose horizon ended in the week, with their labels
   * @param rule the naive idle rule as fitted before the week; null while it cannot be
   * @param shadows risk of each rival, by version, then by customer and snapshot as {@link #key}
   * @return empty if no row has both a label and a weight
   */
  static Optional<WeekFigures> figures(
      LocalDate week,
      Collection<Watched> labels,
      @Nullable IdleRule rule,
      Map<String, Map<Long, Double>> shadows,
      long seed) {
    List<Watched> all =
        onePerCustomer(labels.stream().filter(row -> row.churned() != null).toList());
    List<Watched> rows = all.stream().filter(row -> row.weight() > 0).toList();
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    double observed = 0;
    double squares = 0;
    double expected = 0;
    for (Watched row : rows) {
      if (Boolean.TRUE.equals(row.churned())) {
        observed += row.weight();
        squares += row.weight() * row.weight();
      }
      expected += row.weight() * row.risk();
    }
    Poisson ratio = Poisson.of(observed, squares, expected);
    List<Scored> champion = scored(rows, Watched::risk);
    Predictions predictions = Predictions.of(champion);
    boolean both =
        rows.stream().anyMatch(row -> Boolean.TRUE.equals(row.churned()))
            && rows.stream().anyMatch(row -> Boolean.FALSE.equals(row.churned()));
    return Optional.of(
        new WeekFigures(
            week,
            rows.size(),
            all.size() - rows.size(),
            predictions.effectiveSize(),
            observed,
            expected,
            ratio.ratio(),
            ratio.low(),
            ratio.high(),
            both && rows.size() >= Groups.COUNT ? Calibration.of(champion).slope() : null,
            both ? Auc.of(predictions) : null,
            Loss.log(predictions),
            Loss.brier(predictions),
            rule == null ? null : Loss.log(scored(rows, row -> rule.probability(row.idleDays()))),
            rivals(rows, shadows, seed)));
  }

  private static Map<String, WeekFigures.Rival> rivals(
      List<Watched> rows, Map<String, Map<Long, Double>> shadows, long seed) {
    Map<String, WeekFigures.Rival> rivals = new TreeMap<>();
    shadows.forEach(
        (version, risks) -> {
          List<Watched> shared = new ArrayList<>();
          Map<Long, Double> byCustomer = new HashMap<>();
          boolean churned = false;
          boolean stayed = false;
          for (Watched row : rows) {
            Double risk = risks.get(key(row.snapshotId(), row.customerId()));
            if (risk != null) {
              shared.add(row);
              byCustomer.put(row.customerId(), risk);
              churned |= Boolean.TRUE.equals(row.churned());
              stayed |= Boolean.FALSE.equals(row.churned());
            }
          }
          if (shared.isEmpty()) {
            return;
          }
          List<Scored> champion = scored(shared, Watched::risk);
          List<Scored> rival =
              scored(shared, row -> byCustomer.getOrDefault(row.customerId(), row.risk()));
          rivals.put(
              version,
              new WeekFigures.Rival(
                  shared.size(),
                  Loss.log(rival),
                  Loss.log(champion),
                  churned && stayed
                      ? PairedDifference.of(champion, rival, ROUNDS, seed).better()
                      : null));
        });
    return rivals;
  }

  /** One number for a customer in a snapshot; customers are fewer than 2^43. */
  static long key(int snapshotId, long customerId) {
    return customerId * (1L << 20) + snapshotId;
  }

  private static List<Scored> scored(List<Watched> rows, ToDoubleFunction<Watched> risk) {
    List<Scored> scored = new ArrayList<>(rows.size());
    for (Watched row : rows) {
      double p = Math.min(1 - SURE, Math.max(SURE, risk.applyAsDouble(row)));
      scored.add(new Scored(row.customerId(), p, Boolean.TRUE.equals(row.churned()), row.weight()));
    }
    scored.sort(Comparator.comparingLong(Scored::customer));
    return scored;
  }
}
