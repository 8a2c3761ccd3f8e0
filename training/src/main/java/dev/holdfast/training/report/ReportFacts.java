package dev.holdfast.training.report;

import dev.holdfast.evaluation.Economics;
import dev.holdfast.evaluation.Predictions;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a report says, as plain values. What is null or empty has no section; texts are for
 * people, in any script, and are never markup.
 *
 * @param version name of the model version
 * @param question what was predicted for whom
 * @param verdict what the gate said
 * @param rows the sets of rows, in the order of time: training first, test last; at least one
 * @param timeline when customers were looked at; null for data without time
 * @param candidates the chosen model first, then all it was compared with, on the same test rows
 * @param segments parts of the test rows, to see whether the probabilities hold in each
 * @param features what the model reads, in any order
 * @param silences how the risk of sample customers rises while they are silent
 * @param economics what a contact is worth, assumed; null leaves the money out
 * @param findings what was found in the data before training
 * @param leakageChecks whether the model knows what it could not have known
 * @param calibration how calibration was chosen; null if it was not looked at
 * @param trials of the search for settings, in the order tried
 * @param provenance how to make it again: seeds, hashes, versions
 * @param limits what the model must not be trusted with, the most important first
 * @param bootstrapRounds draws of customers for the intervals, 40 or more
 * @param seed of these draws
 */
public record ReportFacts(
    String version,
    Question question,
    Verdict verdict,
    List<Rows> rows,
    @Nullable Timeline timeline,
    List<Candidate> candidates,
    List<Segment> segments,
    List<Feature> features,
    List<Silence> silences,
    @Nullable Economics economics,
    List<Finding> findings,
    List<Rule> leakageChecks,
    @Nullable CalibrationChoice calibration,
    List<Trial> trials,
    List<Entry> provenance,
    List<String> limits,
    int bootstrapRounds,
    long seed) {

  public ReportFacts {
    rows = List.copyOf(rows);
    candidates = List.copyOf(candidates);
    segments = List.copyOf(segments);
    features = List.copyOf(features);
    silences = List.copyOf(silences);
    findings = List.copyOf(findings);
    leakageChecks = List.copyOf(leakageChecks);
    trials = List.copyOf(trials);
    provenance = List.copyOf(provenance);
    limits = List.copyOf(limits);
    require(!rows.isEmpty(), "a report names at least the rows it tests on");
    require(
        !candidates.isEmpty()
            && candidates.get(0).kind() == Kind.CHOSEN
            && candidates.stream().filter(c -> c.kind() == Kind.CHOSEN).count() == 1,
        "the chosen model comes first among the candidates, and once");
    require(
        candidates.stream().map(Candidate::name).distinct().count() == candidates.size(),
        "each candidate has its own name");
  }

  /**
   * What was predicted for whom.
   *
   * @param customers who is asked about, such as "customers of the shop seen within 180 days"
   * @param outcome what is predicted of such a customer, such as "will not buy within 90 days"
   * @param terms the definition in detail, in the order told: churn, horizon, lead time, who is
   *     left out
   */
  public record Question(String customers, String outcome, List<Entry> terms) {
    public Question {
      terms = List.copyOf(terms);
    }
  }

  /** A named value, both for people. */
  public record Entry(String name, String value) {}

  /**
   * What the gate said.
   *
   * @param passed true if every rule holds
   * @param text the verdict in a sentence
   * @param rules each rule with its figures
   */
  public record Verdict(boolean passed, String text, List<Rule> rules) {
    public Verdict {
      rules = List.copyOf(rules);
    }
  }

  /**
   * Something asked of the model.
   *
   * @param name what is asked
   * @param holds whether it holds
   * @param figures what was measured
   */
  public record Rule(String name, boolean holds, String figures) {}

  /**
   * A set of rows.
   *
   * @param name such as "training"
   * @param rows how many, 1 or more
   * @param customers how many different ones
   * @param churnRate weighted share that churned, in [0, 1]
   * @param effectiveSize rows of equal weight that would say as much
   * @param weights why rows weigh differently; null if they do not
   */
  public record Rows(
      String name,
      long rows,
      long customers,
      double churnRate,
      double effectiveSize,
      @Nullable String weights) {}

  /**
   * When customers were looked at.
   *
   * @param from the first event
   * @param until the last event
   * @param training the training snapshots, from the earliest
   * @param test the test snapshot
   */
  public record Timeline(Instant from, Instant until, List<Window> training, Window test) {
    public Timeline {
      training = List.copyOf(training);
    }
  }

  /**
   * A snapshot: features are known up to its cut-off, the outcome after it.
   *
   * @param cutoff up to which data were known
   * @param known when the last outcome of the snapshot was known
   */
  public record Window(Instant cutoff, Instant known) {}

  /** What a candidate is. */
  public enum Kind {
    /** The model that the report is about. */
    CHOSEN,
    /** Another model that could have been chosen. */
    TRAINED,
    /** A rule that needs no model; the first of them is named on the first screen. */
    NAIVE,
    /** For comparison only: may not be promoted. */
    REFERENCE
  }

  /**
   * A way of scoring with its test predictions.
   *
   * @param name unique among the candidates
   * @param kind what it is
   * @param predictions on the test rows; the same customers, outcomes and weights for all
   */
  public record Candidate(String name, Kind kind, Predictions predictions) {}

  /**
   * A part of the test rows.
   *
   * @param by what divides, such as "region"
   * @param name of this part
   * @param predictions of the chosen model
   */
  public record Segment(String by, String name, Predictions predictions) {}

  /** What the model was bound to. */
  public enum Bound {
    /** A larger value may only raise the risk. */
    RAISES,
    /** A larger value may only lower the risk. */
    LOWERS,
    /** Learnt freely. */
    FREE
  }

  /**
   * A feature and what the model makes of it.
   *
   * @param name unique
   * @param words what it means
   * @param unit of its values, "-" if it has none
   * @param family features that tell the same story
   * @param bound what the model was bound to
   * @param importance mean size of its contribution to the log-odds of churn, 0 or more
   * @param weight in a linear model, on the standardised feature; null if there is none
   * @param effect partial dependence by rising value; empty if it was not computed
   */
  public record Feature(
      String name,
      String words,
      String unit,
      String family,
      Bound bound,
      double importance,
      @Nullable Double weight,
      List<Effect> effect) {
    public Feature {
      effect = List.copyOf(effect);
    }
  }

  /**
   * A point of a partial dependence.
   *
   * @param value of the feature
   * @param risk mean risk if all customers had this value, in [0, 1]
   */
  public record Effect(double value, double risk) {}

  /**
   * A sample customer who stays silent.
   *
   * @param customer how the report calls them, such as "weekly user"; no personal data
   * @param points by rising silence
   */
  public record Silence(String customer, List<Moment> points) {
    public Silence {
      points = List.copyOf(points);
    }
  }

  /**
   * An instant of silence.
   *
   * @param idleDays days without use, 0 or more
   * @param risk in [0, 1]
   */
  public record Moment(double idleDays, double risk) {}

  /**
   * Something found in the data before training.
   *
   * @param serious true if it should be mended or explained before the model is used
   * @param text what was found
   * @param figures counts or shares; may be empty
   */
  public record Finding(boolean serious, String text, String figures) {}

  /**
   * How calibration was chosen.
   *
   * @param chosen name of the option in use
   * @param how in a sentence
   * @param options all that were compared; may be empty
   */
  public record CalibrationChoice(String chosen, String how, List<Option> options) {
    public CalibrationChoice {
      options = List.copyOf(options);
    }
  }

  /** A way to calibrate with its cross-fitted log-loss on training rows. */
  public record Option(String name, double logLoss) {}

  /**
   * One try of the search for settings.
   *
   * @param trainer which way of learning
   * @param settings what was tried
   * @param logLoss on training rows held out of the fit
   * @param chosen whether the trainer's model was made with these
   */
  public record Trial(String trainer, String settings, double logLoss, boolean chosen) {}

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
