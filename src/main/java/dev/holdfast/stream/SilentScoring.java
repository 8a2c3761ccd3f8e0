package dev.holdfast.stream;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.campaign.Triggers;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import dev.holdfast.scoring.KnownSilence;
import dev.holdfast.scoring.Rescored;
import dev.holdfast.scoring.RiskJournal;
import dev.holdfast.scoring.Score;
import dev.holdfast.scoring.Scorer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Scores customers of whom nothing but silence is new, under their locks and in the caller's
 * transaction. Takes only rows that nobody holds: whoever holds one scores it too, or is another
 * replica at the same work.
 */
@ApplicationScoped
class SilentScoring {

  private final CustomerStates states;
  private final Retiming retiming;
  private final Scorer scorer;
  private final RiskJournal journal;
  private final Triggers triggers;

  SilentScoring(
      CustomerStates states,
      Retiming retiming,
      Scorer scorer,
      RiskJournal journal,
      Triggers triggers) {
    this.states = states;
    this.retiming = retiming;
    this.scorer = scorer;
    this.journal = journal;
    this.triggers = triggers;
  }

  /**
   * Lets the timers of these customers act, where they still are due.
   *
   * @return whose timers have acted
   */
  Set<Long> ring(Collection<Long> customerIds, KnownSilence known, Instant now) {
    OperationalCalendar calendar = retiming.inForce();
    Scorer.Session session = scorer.session();
    List<CustomerState> changed = new ArrayList<>();
    List<Rescored> scored = new ArrayList<>();
    Set<Long> acted = new HashSet<>();
    for (CustomerState state : states.lockFree(customerIds).values()) {
      // Another replica, or an event, may have been here between the reading and the lock.
      if (!known.timerDue(state, now)) {
        continue;
      }
      retiming.bring(state, calendar);
      Score before = state.score();
      if (before != null && !session.made(before)) {
        // The model changed: judged anew as of then, so that silence is told from the change.
        session.score(state, before.asOf()).ifPresent(scored::add);
      }
      session.score(state, known.of(state)).ifPresent(scored::add);
      changed.add(state);
      acted.add(state.customerId());
    }
    states.save(changed);
    journal.record(scored);
    triggers.crossed(scored);
    return acted;
  }

  /**
   * Scores these customers without triggering, those whose timer may act excepted. Silence that was
   * counted stays counted.
   */
  void quietly(Collection<Long> customerIds, KnownSilence known, Instant now) {
    OperationalCalendar calendar = retiming.inForce();
    Scorer.Session session = scorer.session();
    List<CustomerState> changed = new ArrayList<>();
    List<Rescored> scored = new ArrayList<>();
    for (CustomerState state : states.lockFree(customerIds).values()) {
      if (!known.covers(state) || known.timerDue(state, now)) {
        continue;
      }
      retiming.bring(state, calendar);
      if (state.judgedAfterHold()) {
        state.leaveToTimer();
      } else {
        session.score(state, counted(state, known)).ifPresent(scored::add);
      }
      changed.add(state);
    }
    states.save(changed);
    journal.record(scored);
    triggers.end(
        scored.stream().collect(Collectors.toMap(one -> one.state().customerId(), one -> one)),
        Map.of(),
        Map.of());
  }

  /**
   * Up to where the silence of a customer counts: what is known, and never less than before; of who
   * is held, never more than what the fault of ours leaves.
   */
  static @Nullable Instant counted(CustomerState state, KnownSilence known) {
    Instant through = known.of(state);
    Score before = state.score();
    Instant counted =
        before != null && (through == null || before.asOf().isAfter(through))
            ? before.asOf()
            : through;
    CustomerState.Hold hold = state.hold();
    return hold != null && counted != null && counted.isAfter(hold.silentThrough())
        ? hold.silentThrough()
        : counted;
  }
}
