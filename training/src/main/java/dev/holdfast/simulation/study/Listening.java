package dev.holdfast.simulation.study;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.event.Event;
import dev.holdfast.training.CustomerHistory;
import dev.holdfast.training.Replay;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Lives through the arrivals of customers as the service does, event by event, and asks alarms what
 * they hear in the silences between. An alarm rings at most once after a use: the next use arms it
 * again. Only silences that begin in a period count; they are heard for longer.
 *
 * @param from first instant at which a silence that counts may begin
 * @param to first instant at which it may no longer begin
 * @param heard up to where is listened, at {@code to} or later
 * @param ends what a silence turned out to be
 */
record Listening(Instant from, Instant to, Instant heard, Ends ends) {

  /** What the truth, or the data to come, say of silences. */
  interface Ends {

    /**
     * What a silence turned out to be.
     *
     * @param lastUse with which it began
     * @param next the use known to have ended it, null if it was open when listening ended
     */
    Silence.End of(long customer, Instant lastUse, @Nullable Instant next);
  }

  private interface Stretch {
    /** Time in which the state does not change. */
    void hear(Instant lastUse, ActivityState state, Instant from, Instant until);
  }

  /** The silences of a customer that count, from the earliest, with what each alarm saw at most. */
  List<Silence> silences(CustomerHistory customer, List<Alarm> alarms) {
    List<Instant> begun = new ArrayList<>();
    List<double[]> highest = new ArrayList<>();
    walk(
        customer,
        (lastUse, state, from, until) -> {
          if (begun.isEmpty() || !begun.get(begun.size() - 1).equals(lastUse)) {
            begun.add(lastUse);
            double[] nothing = new double[alarms.size()];
            Arrays.fill(nothing, Double.NEGATIVE_INFINITY);
            highest.add(nothing);
          }
          double[] values = highest.get(highest.size() - 1);
          for (int k = 0; k < values.length && counts(lastUse); k++) {
            values[k] = Math.max(values[k], alarms.get(k).highest(state, from, until));
          }
        });
    List<Silence> silences = new ArrayList<>();
    for (int i = 0; i < begun.size(); i++) {
      Instant lastUse = begun.get(i);
      if (counts(lastUse)) {
        Instant next = i + 1 < begun.size() ? begun.get(i + 1) : null;
        silences.add(
            new Silence(
                customer.customerId(),
                lastUse,
                ends.of(customer.customerId(), lastUse, next),
                highest.get(i)));
      }
    }
    return silences;
  }

  /**
   * When alarms ring in a silence.
   *
   * @param lastUse with which the silence begins
   * @param levels of the alarms, in their order
   * @return for each alarm its bell, null if it does not ring
   */
  @Nullable Instant[] bells(
      CustomerHistory customer, Instant lastUse, List<Alarm> alarms, double[] levels) {
    @Nullable Instant[] bells = new Instant[levels.length];
    walk(
        customer,
        (begun, state, from, until) -> {
          for (int k = 0; k < bells.length && begun.equals(lastUse); k++) {
            if (bells[k] == null) {
              bells[k] = alarms.get(k).first(state, from, until, levels[k]).orElse(null);
            }
          }
        });
    return bells;
  }

  private boolean counts(Instant lastUse) {
    return !lastUse.isBefore(from) && lastUse.isBefore(to);
  }

  private void walk(CustomerHistory customer, Stretch stretch) {
    TreeSet<Instant> changes = new TreeSet<>();
    for (Event event : customer.events()) {
      // A clock that runs ahead stamps events with instants to come; they count from then on.
      Instant known =
          event.availableAt().isBefore(event.occurredAt())
              ? event.occurredAt()
              : event.availableAt();
      if (known.isBefore(heard)) {
        changes.add(known);
      }
    }
    Replay replay = new Replay(customer.events());
    for (Instant at : changes) {
      ActivityState state = replay.at(at);
      Instant lastUse = state.lastUsageAt();
      if (lastUse != null && !state.closed()) {
        Instant next = changes.higher(at);
        stretch.hear(lastUse, state, at, next == null ? heard : next);
      }
    }
  }
}
