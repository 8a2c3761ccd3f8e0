package dev.holdfast.console;

import dev.holdfast.model.ModelVersion;
import dev.holdfast.model.Promotion;
import dev.holdfast.monitoring.FeatureDrift;
import dev.holdfast.monitoring.ModelWatch;
import dev.holdfast.monitoring.State;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the pages of models show. */
public final class ModelData {

  private ModelData() {}

  /**
   * All versions.
   *
   * @param watch what was last said of the champion; null before it was watched
   * @param tone of that
   */
  public record Index(
      List<Line> versions, List<Promotion> promotions, @Nullable ModelWatch watch, String tone) {}

  /**
   * A version among the others.
   *
   * @param passed true if the gate let it through
   * @param broken the rules of the gate that do not hold
   * @param reported true if there is a report of its training; one that was trained elsewhere may
   *     have none
   */
  public record Line(ModelVersion model, boolean passed, List<Rule> broken, boolean reported) {}

  /** A rule of the gate. */
  public record Rule(String name, boolean holds, String figures) {}

  /**
   * One version.
   *
   * @param passed true if the gate let it through
   * @param reported true if there is a report of its training
   * @param watch what was last said of it; null if it was never watched
   * @param chart observed over expected churn by week; null while no label came due
   * @param drift the most moved features
   * @param mayAct true if the reader may promote
   * @param problem what went wrong with the step before; null if nothing did
   */
  public record One(
      ModelVersion version,
      boolean passed,
      boolean reported,
      List<Rule> rules,
      @Nullable ModelWatch watch,
      @Nullable RatioChart chart,
      List<FeatureDrift> drift,
      boolean mayAct,
      @Nullable String problem) {

    /** The colour of a state. */
    public String tone(State state) {
      return ModelData.tone(state);
    }
  }

  static String tone(State state) {
    return switch (state) {
      case QUIET -> "good";
      case WARN -> "warn";
      case ALARM -> "bad";
      case NOT_YET_KNOWN -> "";
    };
  }
}
