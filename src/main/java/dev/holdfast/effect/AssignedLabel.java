package dev.holdfast.effect;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.ChurnDefinition;
import dev.holdfast.activity.ChurnKind;
import dev.holdfast.activity.ChurnLabel;
import dev.holdfast.activity.LabelWindow;
import dev.holdfast.activity.Priors;
import dev.holdfast.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What became of a customer after an assignment, by the churn definition.
 *
 * @param maturedAt from when it may be known
 * @param mature false if events up to then may still be missing
 * @param label unknown if it is not mature, or the line was suspended, or the contract had ended
 *     before
 * @param withoutInduced the same as if uses that our contact brought about had not been
 */
public record AssignedLabel(
    Instant maturedAt, boolean mature, ChurnLabel label, ChurnLabel withoutInduced) {

  /** Raised when the same history is labelled otherwise than before: labels are kept. */
  public static final int RULES = 1;

  /**
   * Looks.
   *
   * @param history all events in the order in which states take them
   * @param priors of the model that opened the episode, with its churn definition
   * @param days after which is asked at the earliest, positive
   * @param assigned when the lot was drawn
   * @param complete up to where all events are known
   */
  public static AssignedLabel of(
      List<Event> history, Priors priors, double days, Instant assigned, Instant complete) {
    ActivityState state = ActivityState.empty();
    int next = advance(state, history, 0, assigned);
    ChurnDefinition churn = priors.churn();
    Maturity maturity = Maturity.of(priors.horizonDays(state), days);
    LabelWindow window = maturity.window(churn, assigned, complete);
    Instant maturedAt = maturity.at(assigned).plus(Duration.ofDays(churn.settlingDays()));
    boolean mature = !maturedAt.isAfter(complete);
    if (churn.kind() == ChurnKind.SILENCE) {
      advance(state, history, next, window.cutoff());
      // A silence that was ordered before the window began says nothing either.
      if (state.suspended()) {
        return new AssignedLabel(maturedAt, mature, ChurnLabel.UNKNOWN, ChurnLabel.UNKNOWN);
      }
    }
    List<Event> ofTheirOwn =
        history.stream()
            .filter(event -> !Boolean.TRUE.equals(event.properties().get("induced")))
            .toList();
    ChurnLabel label = churn.label(history, window);
    return new AssignedLabel(
        maturedAt,
        mature,
        label,
        ofTheirOwn.size() == history.size() ? label : churn.label(ofTheirOwn, window));
  }

  /** One that is not known yet. */
  public static AssignedLabel open(Instant maturedAt) {
    return new AssignedLabel(maturedAt, false, ChurnLabel.UNKNOWN, ChurnLabel.UNKNOWN);
  }

  /**
   * This label at another time, without a look at the history.
   *
   * @param complete up to where all events are known
   * @return empty if it has matured since and must be measured
   */
  public Optional<AssignedLabel> asOf(Instant complete) {
    if (maturedAt.isAfter(complete)) {
      return Optional.of(open(maturedAt));
    }
    return mature ? Optional.of(this) : Optional.empty();
  }

  /**
   * The last instant of what this rests on: an event after it changes nothing. A label on the
   * events up to its maturity, of which those of a contract count to the end of the grace; when it
   * will be known on those up to the assignment, which decide the horizon.
   */
  public Instant restsUntil(Instant assigned) {
    return mature ? maturedAt : assigned;
  }

  /** True if it is known whether the customer churned. */
  public boolean known() {
    return known(label);
  }

  /** True if it churned; false if not, or not known. */
  public boolean churned() {
    return label == ChurnLabel.CHURNED;
  }

  /** True if it would be known too if uses that our contact brought about had not been. */
  public boolean knownWithoutInduced() {
    return known(withoutInduced);
  }

  private static boolean known(ChurnLabel label) {
    return label == ChurnLabel.CHURNED || label == ChurnLabel.STAYED;
  }

  private static int advance(ActivityState state, List<Event> history, int from, Instant until) {
    int next = from;
    while (next < history.size() && !history.get(next).occurredAt().isAfter(until)) {
      state.apply(history.get(next++));
    }
    return next;
  }
}
