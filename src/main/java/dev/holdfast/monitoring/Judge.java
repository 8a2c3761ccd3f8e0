package dev.holdfast.monitoring;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which figures become verdicts. Pure: the same figures give the same verdicts.
 *
 * <p>Drift is worth a look at a PSI of 0.1 and a deed at 0.25, and is not judged below 500
 * customers. Calibration alarms when observed over expected is outside [0.9, 1.1] with an interval
 * that excludes 1 in two weeks running, or far outside in one, [0.75, 1.33] with 1 outside an
 * interval of 99.9 percent. A champion has lost against a rival when its log-loss was more than 2
 * percent worse in two weeks running with at least 500 labels each.
 */
final class Judge {

  static final String DRIFT_OF_RISK = "drift-of-risk";
  static final String DRIFT_OF_FEATURES = "drift-of-features";
  static final String CALIBRATION = "calibration";
  static final String RETURNS = "returns-by-day-";
  static final String EXPECTED = "expected-performance";
  static final String IDLE_RULE = "against-idle-rule";
  static final String RIVAL = "against ";

  static final int FEWEST = 500;
  private static final int FEWEST_LABELS = 100;
  private static final double LOOK = 0.10;
  private static final double ACT = 0.25;
  private static final double BAND_LOW = 0.9;
  private static final double BAND_HIGH = 1.1;
  private static final double FAR_LOW = 3.0 / 4;
  private static final double FAR_HIGH = 4.0 / 3;
  private static final double LOST_BY = 0.02;
  private static final int FEATURES_NAMED = 3;

  private Judge() {}

  /** Whether the model's risk is distributed as where it was made. */
  static Verdict riskDrift(@Nullable Reference reference, Counts now) {
    if (reference == null || now.customers() < FEWEST) {
      return Verdict.unknown(DRIFT_OF_RISK, tooFew(now.customers()));
    }
    double psi = reference.risk().psi(now.risk());
    double ks = reference.risk().ks(now.risk());
    return new Verdict(
        DRIFT_OF_RISK,
        ofPsi(psi),
        say(
            "The risk of %d customers has a PSI of %.3f (KS %.3f) against %s.",
            now.customers(), psi, ks, origin(reference)),
        Map.of("psi", psi, "ks", ks, "customers", (double) now.customers()));
  }

  /** The drift of every feature that the reference knows, the largest first. */
  static List<FeatureDrift> featureDrift(@Nullable Reference reference, Counts now) {
    List<FeatureDrift> drift = new ArrayList<>();
    if (reference != null && now.customers() >= FEWEST) {
      reference
          .features()
          .forEach(
              (name, groups) -> {
                long[] counts = now.features().get(name);
                if (counts != null) {
                  drift.add(new FeatureDrift(name, groups.psi(counts), groups.ks(counts)));
                }
              });
      drift.sort(Comparator.comparingDouble(FeatureDrift::psi).reversed());
    }
    return drift;
  }

  /** Whether the features are distributed as where the model was made. */
  static Verdict featuresDrift(
      @Nullable Reference reference, List<FeatureDrift> drift, long customers) {
    if (reference == null || drift.isEmpty()) {
      return Verdict.unknown(DRIFT_OF_FEATURES, tooFew(customers));
    }
    long look = drift.stream().filter(one -> one.psi() >= LOOK).count();
    long act = drift.stream().filter(one -> one.psi() >= ACT).count();
    FeatureDrift worst = drift.get(0);
    StringBuilder words = new StringBuilder();
    if (look == 0) {
      words.append(
          say(
              "None of %d features has moved; the most is %s with a PSI of %.3f",
              drift.size(), worst.feature(), worst.psi()));
    } else {
      words.append(say("%d of %d features have moved, %d of them much:", look, drift.size(), act));
      String separator = " ";
      for (FeatureDrift one : drift.subList(0, (int) Math.min(FEATURES_NAMED, look))) {
        words.append(separator).append(say("%s (PSI %.3f)", one.feature(), one.psi()));
        separator = ", ";
      }
    }
    words.append(", against ").append(origin(reference)).append('.');
    return new Verdict(
        DRIFT_OF_FEATURES,
        ofPsi(worst.psi()),
        words.toString(),
        Map.of("worstPsi", worst.psi(), "look", (double) look, "act", (double) act));
  }

  private static State ofPsi(double psi) {
    return psi >= ACT ? State.ALARM : psi >= LOOK ? State.WARN : State.QUIET;
  }

  private static String tooFew(long customers) {
    return say("No verdict: %d customers were watched, it takes %d.", customers, FEWEST);
  }

  private static String origin(Reference reference) {
    return reference.fromTraining()
        ? "what the model was trained on"
        : "the first snapshot after promotion, for the model holds no reference of its own";
  }

  /**
   * Whether the probabilities come true.
   *
   * @param weeks oldest first
   */
  static Verdict calibration(List<WeekFigures> weeks) {
    Optional<WeekFigures> newest = newest(weeks);
    if (newest.isEmpty() || newest.get().rows() < FEWEST_LABELS) {
      return Verdict.unknown(
          CALIBRATION,
          newest.isEmpty()
              ? "No verdict: no label has matured in the last weeks."
              : say(
                  "No verdict: %d labels matured in the week of %s, it takes %d.",
                  newest.get().rows(), newest.get().week(), FEWEST_LABELS));
    }
    WeekFigures now = newest.get();
    int outside = now.outside(BAND_LOW, BAND_HIGH);
    boolean before =
        outside != 0
            && weekBefore(weeks, now)
                .filter(week -> week.rows() >= FEWEST_LABELS)
                .map(week -> week.outside(BAND_LOW, BAND_HIGH) == outside)
                .orElse(false);
    boolean far = now.surelyOutside(FAR_LOW, FAR_HIGH) != 0;
    State state = outside == 0 ? State.QUIET : before || far ? State.ALARM : State.WARN;
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("observedToExpected", now.ratio());
    figures.put("low", now.low());
    figures.put("high", now.high());
    figures.put("labels", (double) now.rows());
    figures.put("effectiveLabels", now.effectiveRows());
    figures.put("logLoss", now.logLoss());
    put(figures, "slope", now.slope());
    put(figures, "auc", now.auc());
    return new Verdict(
        CALIBRATION,
        state,
        say(
            "Of %d customers whose horizon ended in the week of %s, %.2f times as many left as"
                + " expected (95 %% interval %.2f to %.2f)%s%s.",
            now.rows(),
            now.week(),
            now.ratio(),
            now.low(),
            now.high(),
            now.slope() == null ? "" : say(", slope %.2f", now.slope()),
            outside == 0
                ? ""
                : before
                    ? ", the second week running"
                    : far ? ", by far and not by chance" : ", for the first week"),
        figures);
  }

  private static void put(Map<String, Double> figures, String name, @Nullable Double value) {
    if (value != null) {
      figures.put(name, value);
    }
  }

  /**
   * Whether as many come back early as the risks say; at worst a warning, for it rests on a form of
   * the hazard.
   *
   * @param weeks of one number of days, oldest first; empty if the form is not learnt yet
   */
  static Verdict returns(int days, List<Returns.Figures> weeks) {
    String check = RETURNS + days;
    if (weeks.isEmpty() || weeks.get(weeks.size() - 1).customers() < FEWEST_LABELS) {
      return Verdict.unknown(
          check,
          "No verdict: how early returns come is learnt from the first labels that mature, and it"
              + " takes "
              + FEWEST_LABELS
              + " customers a week.");
    }
    Returns.Figures now = weeks.get(weeks.size() - 1);
    int outside = now.ratio().outside(BAND_LOW, BAND_HIGH);
    boolean before =
        weeks.stream()
            .anyMatch(
                week ->
                    week.week().equals(now.week().minusWeeks(1))
                        && week.ratio().outside(BAND_LOW, BAND_HIGH) == outside);
    State state = outside != 0 && before ? State.WARN : State.QUIET;
    return new Verdict(
        check,
        state,
        say(
            "Of %d customers watched in the week of %s, %.2f times as many were back after %d days"
                + " as their risks let expect (95 %% interval %.2f to %.2f), if returns come as"
                + " early as they did before.",
            now.customers(),
            now.week(),
            now.ratio().ratio(),
            days,
            now.ratio().low(),
            now.ratio().high()),
        Map.of(
            "observedToExpected",
            now.ratio().ratio(),
            "low",
            now.ratio().low(),
            "high",
            now.ratio().high(),
            "customers",
            (double) now.customers()));
  }

  /** What quality the risks themselves claim; figures without an alarm. */
  static Verdict expected(double[] risks) {
    if (risks.length < FEWEST) {
      return Verdict.unknown(EXPECTED, tooFew(risks.length));
    }
    ExpectedPerformance expected = ExpectedPerformance.of(risks);
    return new Verdict(
        EXPECTED,
        State.QUIET,
        say(
            "If the risks are as calibrated as they claim, AUC is %.3f and the Brier score %.4f on"
                + " %d customers. This is blind to a change in what the features mean.",
            expected.auc(), expected.brier(), expected.customers()),
        Map.of("auc", expected.auc(), "brier", expected.brier()));
  }

  /** Whether the champion beats the naive idle rule. */
  static Verdict idleRule(List<WeekFigures> weeks) {
    Optional<WeekFigures> newest = newest(weeks);
    Double worse = newest.map(WeekFigures::worseThanIdleBy).orElse(null);
    if (newest.isEmpty() || worse == null || newest.get().rows() < FEWEST) {
      return Verdict.unknown(
          IDLE_RULE,
          "No verdict: the rule is fitted on labels of earlier weeks, and it takes "
              + FEWEST
              + " labels a week.");
    }
    WeekFigures now = newest.get();
    State state = lostToIdleRule(weeks) ? State.ALARM : worse > LOST_BY ? State.WARN : State.QUIET;
    return new Verdict(
        IDLE_RULE,
        state,
        say(
            "Log-loss %.4f, that of the naive idle rule %.4f: %s.",
            now.logLoss(), now.idleLogLoss(), words(worse)),
        Map.of(
            "logLoss",
            now.logLoss(),
            "idleLogLoss",
            Objects.requireNonNull(now.idleLogLoss()),
            "worseBy",
            worse));
  }

  /**
   * Whether the champion beats a model scored in shadow. Only the champion before this one can make
   * it an alarm: to it there is a way back.
   */
  static Verdict rival(String version, boolean previousChampion, List<WeekFigures> weeks) {
    String check = RIVAL + version;
    WeekFigures.@Nullable Rival now =
        newest(weeks).map(week -> week.rivals().get(version)).orElse(null);
    if (now == null || now.rows() < FEWEST) {
      return Verdict.unknown(
          check,
          say(
              "No verdict: it takes %d labels of one week that both scored, there are %d.",
              FEWEST, now == null ? 0 : now.rows()));
    }
    double worse = now.championWorseBy();
    boolean lost = lostTo(version, weeks);
    State state =
        lost && previousChampion ? State.ALARM : worse > LOST_BY ? State.WARN : State.QUIET;
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("logLoss", now.championLogLoss());
    figures.put("rivalLogLoss", now.logLoss());
    figures.put("worseBy", worse);
    put(figures, "championBetter", now.championBetter());
    return new Verdict(
        check,
        state,
        say(
            "Log-loss %.4f, that of %s %.4f: %s%s.",
            now.championLogLoss(),
            version,
            now.logLoss(),
            words(worse),
            now.championBetter() == null
                ? ""
                : say("; P(champion is better) %.2f", now.championBetter())),
        figures);
  }

  /**
   * The same from the side of a model in shadow. It is never worrying: at best it is better, and a
   * person may promote it.
   */
  static Verdict challenge(String version, String champion, List<WeekFigures> weeks) {
    String check = RIVAL + champion;
    WeekFigures.@Nullable Rival now =
        newest(weeks).map(week -> week.rivals().get(version)).orElse(null);
    if (now == null || now.rows() < FEWEST) {
      return Verdict.unknown(check, rival(version, false, weeks).words());
    }
    double worse = now.logLoss() / now.championLogLoss() - 1;
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("logLoss", now.logLoss());
    figures.put("championLogLoss", now.championLogLoss());
    figures.put("worseBy", worse);
    put(figures, "championBetter", now.championBetter());
    return new Verdict(
        check,
        State.QUIET,
        say(
            "Log-loss %.4f in shadow, that of the champion %.4f: %s.",
            now.logLoss(), now.championLogLoss(), words(worse)),
        figures);
  }

  private static String words(double worse) {
    return say("%.1f %% %s", 100 * Math.abs(worse), worse > 0 ? "worse" : "better");
  }

  /**
   * The rule by which a champion is to go: in the two newest weeks, each with enough labels, its
   * log-loss was more than 2 percent worse than that of the naive idle rule, or than that of the
   * champion before it.
   *
   * @param previous the champion before this one; null if there is none to go back to
   * @param comparable whether the champion before asks the same question, so that its log-loss says
   *     something
   * @return the reason in words; empty while the rule does not hold
   */
  static Optional<String> fallBackReason(
      List<WeekFigures> weeks, @Nullable String previous, boolean comparable) {
    if (previous == null) {
      return Optional.empty();
    }
    if (lostToIdleRule(weeks)) {
      return Optional.of(
          say(
              "log-loss more than %.0f %% worse than the naive idle rule in two weeks running",
              100 * LOST_BY));
    }
    if (comparable && lostTo(previous, weeks)) {
      return Optional.of(
          say(
              "log-loss more than %.0f %% worse than that of %s in two weeks running",
              100 * LOST_BY, previous));
    }
    return Optional.empty();
  }

  private static boolean lostToIdleRule(List<WeekFigures> weeks) {
    return twoRunning(
        weeks,
        week -> {
          Double worse = week.worseThanIdleBy();
          return worse != null && worse > LOST_BY && week.rows() >= FEWEST;
        });
  }

  private static boolean lostTo(String version, List<WeekFigures> weeks) {
    return twoRunning(
        weeks,
        week -> {
          WeekFigures.Rival rival = week.rivals().get(version);
          return rival != null && rival.championWorseBy() > LOST_BY && rival.rows() >= FEWEST;
        });
  }

  private static boolean twoRunning(List<WeekFigures> weeks, Predicate<WeekFigures> lost) {
    Optional<WeekFigures> newest = newest(weeks).filter(lost);
    return newest.isPresent() && weekBefore(weeks, newest.get()).filter(lost).isPresent();
  }

  private static Optional<WeekFigures> newest(List<WeekFigures> weeks) {
    return weeks.stream().max(Comparator.comparing(WeekFigures::week));
  }

  private static Optional<WeekFigures> weekBefore(List<WeekFigures> weeks, WeekFigures now) {
    LocalDate before = now.week().minusWeeks(1);
    return weeks.stream().filter(week -> week.week().equals(before)).findFirst();
  }

  private static String say(String pattern, @Nullable Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
