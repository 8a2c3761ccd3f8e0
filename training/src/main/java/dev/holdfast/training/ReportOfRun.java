package dev.holdfast.training;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.ChurnKind;
import dev.holdfast.activity.Direction;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.evaluation.Economics;
import dev.holdfast.evaluation.Predictions;
import dev.holdfast.evaluation.Scored;
import dev.holdfast.model.Evaluator;
import dev.holdfast.training.report.ReportFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The facts of a training run on histories, as its report tells them. */
final class ReportOfRun {

  private static final int EXPLAINED_ROWS = 2_000;
  private static final int EFFECT_ROWS = 300;
  private static final int EFFECTS = 8;
  private static final int EFFECT_POINTS = 12;
  private static final int SILENCE_POINTS = 60;
  private static final int SMALLEST_SEGMENT = 100;

  private final Experiment experiment;
  private final SnapshotSet set;
  private final Trained chosen;
  private final Evaluator evaluator;

  ReportOfRun(Experiment experiment, SnapshotSet set, Trained chosen) {
    this.experiment = experiment;
    this.set = set;
    this.chosen = chosen;
    this.evaluator = Evaluator.of(chosen.fitted().files(), set.test().schema());
  }

  ReportFacts facts(
      String version,
      List<ReportFacts.Candidate> candidates,
      List<Trained> trained,
      GateVerdict gate,
      HistorySource source,
      Map<String, String> provenance) {
    return new ReportFacts(
        version,
        question(),
        new ReportFacts.Verdict(gate.passed(), gate.text(), rules(gate, false)),
        List.of(rows("training", set.training(), true), rows("test", set.test(), false)),
        new ReportFacts.Timeline(
            set.history().first(),
            set.history().last(),
            set.windows().stream().map(ReportOfRun::window).toList(),
            window(set.tested())),
        candidates,
        segments(),
        features(),
        silences(source),
        Economics.DEFAULT,
        findings(),
        rules(gate, true),
        calibration(),
        trained.stream()
            .flatMap(one -> one.trials().stream().map(trial -> trial(one, trial)))
            .toList(),
        provenance.entrySet().stream()
            .map(e -> new ReportFacts.Entry(e.getKey(), e.getValue()))
            .toList(),
        limits(),
        experiment.gate().bootstrapRounds(),
        experiment.seed());
  }

  private static ReportFacts.Trial trial(Trained trained, Search.Trial trial) {
    return new ReportFacts.Trial(
        trial.trainer(),
        trial.settings(),
        trial.logLoss(),
        trial.settings().equals(trained.settings()));
  }

  private static ReportFacts.Window window(SnapshotSet.Window window) {
    return new ReportFacts.Window(window.cutoff(), window.known());
  }

  private static List<ReportFacts.Rule> rules(GateVerdict gate, boolean leakage) {
    return gate.rules().stream()
        .filter(rule -> rule.name().startsWith("leakage: ") == leakage)
        .map(
            rule ->
                new ReportFacts.Rule(
                    rule.name().replaceFirst("^leakage: ", ""), rule.holds(), rule.figures()))
        .toList();
  }

  private ReportFacts.Question question() {
    Experiment.Churn churn = experiment.churn();
    boolean contract = experiment.churnDefinition().kind() == ChurnKind.CONTRACT_END;
    String within =
        experiment.churnDefinition().fixed().isPresent()
            ? experiment.churnDefinition().fixed().getAsInt() + " days"
            : "three of their usual gaps (14 to 90 days)";
    String customers =
        contract
            ? "customers with a running contract"
            : churn.maximumIdleDays() == 0
                ? "customers who ever used the service"
                : "customers who used the service in the last " + churn.maximumIdleDays() + " days";
    String outcome =
        contract
            ? "will end the contract, or let it run out, within " + within
            : "will not use the service within " + within;
    List<ReportFacts.Entry> terms = new ArrayList<>();
    terms.add(new ReportFacts.Entry("churn", contract ? "end of the contract" : "silence"));
    terms.add(new ReportFacts.Entry("horizon", within));
    terms.add(
        new ReportFacts.Entry("lead time", experiment.leadTime().toDays() + " days before it"));
    terms.add(
        new ReportFacts.Entry(
            "who is asked about", churn.minimumOccasions() + " or more days of use; " + customers));
    terms.add(
        new ReportFacts.Entry(
            "left out",
            String.format(
                Locale.ROOT,
                "whoever was suspended in the window, and %,d rows of customers whom a campaign"
                    + " contacted in it",
                set.treated())));
    return new ReportFacts.Question(customers, outcome, terms);
  }

  private ReportFacts.Rows rows(String name, Rows rows, boolean fades) {
    Set<Long> customers = new HashSet<>();
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < rows.size(); i++) {
      customers.add(rows.customer(i));
      sum += rows.weight(i);
      squares += (double) rows.weight(i) * rows.weight(i);
    }
    String why = null;
    if (!rows.unweighted()) {
      why =
          (fades && experiment.snapshots().fade() < 1
                  ? "older snapshots weigh less (" + experiment.snapshots().fade() + " a step)"
                  : "")
              + (set.treated() > 0 ? "; held-out customers stand in for contacted ones" : "");
    }
    return new ReportFacts.Rows(
        name, rows.size(), customers.size(), rows.churnRate(), sum * sum / squares, why);
  }

  /** By how long they had been silent and how much was known of them at the cut-off. */
  private List<ReportFacts.Segment> segments() {
    List<ReportFacts.Segment> segments = new ArrayList<>();
    FeatureSchema schema = set.test().schema();
    int idle = schema.indexOf("idle");
    int few = schema.indexOf("new_customer");
    Rows test = set.test();
    add(segments, "days silent", "up to 7", i -> test.value(i, idle) <= 7);
    add(
        segments,
        "days silent",
        "8 to 30",
        i -> test.value(i, idle) > 7 && test.value(i, idle) <= 30);
    add(
        segments,
        "days silent",
        "31 to 90",
        i -> test.value(i, idle) > 30 && test.value(i, idle) <= 90);
    add(segments, "days silent", "more than 90", i -> test.value(i, idle) > 90);
    add(segments, "history", "fewer than three days of use", i -> test.value(i, few) == 1);
    add(segments, "history", "three days of use or more", i -> test.value(i, few) == 0);
    return segments;
  }

  private void add(
      List<ReportFacts.Segment> segments, String by, String name, IntPredicate member) {
    List<Scored> scored = chosen.figures().scored();
    List<Scored> part =
        IntStream.range(0, scored.size()).filter(member).mapToObj(scored::get).toList();
    long churned = part.stream().filter(Scored::churned).count();
    if (part.size() >= SMALLEST_SEGMENT && churned > 0 && churned < part.size()) {
      segments.add(new ReportFacts.Segment(by, name, Predictions.of(part)));
    }
  }

  private List<ReportFacts.Feature> features() {
    Rows test = set.test();
    FeatureSchema schema = test.schema();
    int step = Math.max(1, test.size() / EXPLAINED_ROWS);
    double[] importance = new double[schema.size()];
    int explained = 0;
    for (int i = 0; i < test.size(); i += step) {
      double[] contributions = evaluator.contributions(test.features(i));
      for (int j = 0; j < importance.length; j++) {
        importance[j] += Math.abs(contributions[j]);
      }
      explained++;
    }
    double smallest = 0;
    if (importance.length > EFFECTS) {
      double[] sorted = importance.clone();
      Arrays.sort(sorted);
      smallest = sorted[sorted.length - EFFECTS];
    }
    List<ReportFacts.Feature> features = new ArrayList<>();
    for (int j = 0; j < importance.length; j++) {
      Feature feature = schema.features().get(j);
      boolean drawn = importance[j] > 0 && importance[j] >= smallest;
      features.add(
          new ReportFacts.Feature(
              feature.name(),
              feature.plainWords(),
              feature.unit(),
              feature.family(),
              bound(feature.direction()),
              importance[j] / explained,
              null,
              drawn ? effect(j) : List.of()));
    }
    return features;
  }

  private static ReportFacts.Bound bound(Direction direction) {
    return switch (direction) {
      case RISING -> ReportFacts.Bound.RAISES;
      case FALLING -> ReportFacts.Bound.LOWERS;
      case FROZEN -> ReportFacts.Bound.FREE;
    };
  }

  /** Mean risk of a sample of customers if all of them had this value. */
  private List<ReportFacts.Effect> effect(int column) {
    Rows test = set.test();
    double[] values = test.column(column);
    Arrays.sort(values);
    int step = Math.max(1, test.size() / EFFECT_ROWS);
    List<ReportFacts.Effect> effect = new ArrayList<>();
    double before = Double.NaN;
    for (int k = 0; k < EFFECT_POINTS; k++) {
      double value = values[(int) ((values.length - 1) * (long) k / (EFFECT_POINTS - 1))];
      if (value == before) {
        continue;
      }
      before = value;
      double sum = 0;
      int rows = 0;
      for (int i = 0; i < test.size(); i += step) {
        float[] row = test.features(i);
        row[column] = (float) value;
        sum += chosen.calibrator().probability(evaluator.margin(row));
        rows++;
      }
      effect.add(new ReportFacts.Effect(value, sum / rows));
    }
    return effect;
  }

  /** Four customers of different rhythm, from their last event on. */
  private List<ReportFacts.Silence> silences(HistorySource source) {
    Rows test = set.test();
    int gap = test.schema().indexOf("mean_gap");
    Integer[] byGap = IntStream.range(0, test.size()).boxed().toArray(Integer[]::new);
    Arrays.sort(byGap, Comparator.comparingDouble(i -> test.value(i, gap)));
    Set<Long> wanted = new HashSet<>();
    for (double share : new double[] {0.1, 0.35, 0.65, 0.9}) {
      wanted.add(test.customer(byGap[(int) (share * (byGap.length - 1))]));
    }
    List<ReportFacts.Silence> silences = new ArrayList<>();
    source.forEach(
        history -> {
          if (wanted.contains(history.customerId())) {
            ActivityState state = new Replay(history.events(), set.calendar()).at(set.cutoff());
            silences.add(silence(state));
          }
        });
    silences.sort(Comparator.comparing(ReportFacts.Silence::customer));
    return silences;
  }

  private ReportFacts.Silence silence(ActivityState state) {
    FeatureSchema schema = set.test().schema();
    Instant from = state.lastOccurredAt();
    double usual = Math.exp(Features.of(state, from, set.priors())[schema.indexOf("mean_gap")]);
    double longest = Math.min(365, Math.max(30, 8 * usual));
    List<ReportFacts.Moment> points = new ArrayList<>();
    for (int k = 0; k <= SILENCE_POINTS; k++) {
      double idle = longest * k / SILENCE_POINTS;
      Instant at = from.plus(Duration.ofMinutes(Math.round(idle * 1440)));
      float[] features = Features.of(state, at, set.priors());
      points.add(
          new ReportFacts.Moment(
              features[0], chosen.calibrator().probability(evaluator.margin(features))));
    }
    return new ReportFacts.Silence(
        String.format(
            Locale.ROOT, "usual gap %.1f days, %d days of use", usual, state.usageOccasions()),
        points);
  }

  private List<ReportFacts.Finding> findings() {
    HistoryFacts history = set.history();
    List<ReportFacts.Finding> findings = new ArrayList<>();
    findings.add(
        new ReportFacts.Finding(
            false,
            "The history was read whole.",
            String.format(
                Locale.ROOT,
                "%,d events of %,d customers, %,d of them uses or purchases",
                history.events(),
                history.customers(),
                history.usage())));
    share(
        findings,
        history.assumed(),
        history.events(),
        0.01,
        false,
        "Events do not say when they became known; it is taken to be when they happened.");
    share(
        findings,
        history.backdated(),
        history.events(),
        0.001,
        true,
        "Events became known more than a day after they happened; rows see them only from then"
            + " on.");
    share(
        findings,
        history.ofOneInstant(),
        history.events(),
        0.05,
        false,
        "Events share customer and instant with another: lines of one order, or duplicates.");
    share(
        findings,
        history.withoutUse(),
        history.customers(),
        0.01,
        false,
        "Customers have no use at all and are not asked about.");
    if (history.busiestShare() > 0.05) {
      findings.add(
          new ReportFacts.Finding(
              true,
              "One customer makes a large part of all use: a test account, or a reseller?",
              String.format(Locale.ROOT, "%.1f %% of all use", 100 * history.busiestShare())));
    }
    constants(findings);
    double then = set.training().churnRate();
    double now = set.test().churnRate();
    if (Math.abs(now - then) > 0.2 * then) {
      findings.add(
          new ReportFacts.Finding(
              true,
              "Churn differs between training and test: the season or the business changed.",
              String.format(Locale.ROOT, "%.1f %% and %.1f %%", 100 * then, 100 * now)));
    }
    return findings;
  }

  private static void share(
      List<ReportFacts.Finding> findings,
      long part,
      long whole,
      double worthSaying,
      boolean serious,
      String text) {
    if (part > worthSaying * whole) {
      findings.add(
          new ReportFacts.Finding(
              serious,
              text,
              String.format(
                  Locale.ROOT, "%,d of %,d (%.1f %%)", part, whole, 100.0 * part / whole)));
    }
  }

  private void constants(List<ReportFacts.Finding> findings) {
    Rows training = set.training();
    List<String> constant = new ArrayList<>();
    for (int j = 0; j < training.schema().size(); j++) {
      float first = training.value(0, j);
      int column = j;
      if (IntStream.range(0, training.size()).allMatch(i -> training.value(i, column) == first)) {
        constant.add(training.schema().features().get(j).name());
      }
    }
    if (!constant.isEmpty()) {
      findings.add(
          new ReportFacts.Finding(
              constant.size() > training.schema().size() / 2,
              "Features have the same value in every training row and can teach nothing.",
              constant.size() + ": " + String.join(", ", constant)));
    }
  }

  private ReportFacts.CalibrationChoice calibration() {
    return new ReportFacts.CalibrationChoice(
        chosen.calibrator().words(),
        experiment.calibration() == Experiment.CalibrationKind.AUTO
            ? "Chosen on training rows by cross-fitting over customers; a simpler one wins within a"
                + " thousandth."
            : "As the experiment asks.",
        chosen.calibrations());
  }

  private List<String> limits() {
    return List.of(
        "For choosing whom to look after, by people who can say no; not for refusing a service or"
            + " setting a price.",
        "Reasons are associations, not causes: who is called should be decided by what a call"
            + " changes.",
        "The figures hold for times like the test's; a change of season, price or product can"
            + " break them.",
        "The best of the trained models was picked on these test rows, so its figures are slightly"
            + " flattered.");
  }
}
