package dev.holdfast.monitoring;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What monitoring says of one model.
 *
 * @param model version
 * @param role {@code champion}, {@code previous-champion} or {@code challenger}
 * @param judgedAt business instant of the judgement
 * @param state the most worrying of its verdicts
 * @param words what is worrying, or that nothing is
 * @param proposal what a person should decide; absent if nothing
 * @param verdicts one for each check
 * @param drift every feature, the most moved first; empty while there is no verdict on drift
 * @param weeks figures on the labels that matured, oldest first; of the champion only
 */
public record ModelWatch(
    String model,
    String role,
    Instant judgedAt,
    State state,
    String words,
    @Nullable String proposal,
    List<Verdict> verdicts,
    List<FeatureDrift> drift,
    List<WeekFigures> weeks) {

  static final String CHAMPION = "champion";
  static final String PREVIOUS = "previous-champion";
  static final String CHALLENGER = "challenger";

  static ModelWatch of(
      String model,
      String role,
      Instant judgedAt,
      @Nullable String proposal,
      List<Verdict> verdicts,
      List<FeatureDrift> drift,
      List<WeekFigures> weeks) {
    State state = State.worst(verdicts.stream().map(Verdict::state).toList());
    StringBuilder words = new StringBuilder();
    if (state == State.WARN || state == State.ALARM) {
      for (Verdict verdict : verdicts) {
        if (verdict.state() == State.WARN || verdict.state() == State.ALARM) {
          words.append(words.isEmpty() ? "" : " ").append(verdict.words());
        }
      }
    } else {
      words.append(
          state == State.QUIET
              ? "Nothing beyond chance in what can be judged so far."
              : "Nothing can be judged yet.");
    }
    return new ModelWatch(
        model, role, judgedAt, state, words.toString(), proposal, verdicts, drift, weeks);
  }
}
