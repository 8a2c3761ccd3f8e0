package dev.holdfast.scoring;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventStore;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.Explanation.Basis;
import dev.holdfast.scoring.Risks.RiskNow;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Explains the risk of a customer now, as known at a past instant, or after a silence to come. */
@ApplicationScoped
public class Explanations {

  private final Risks risks;
  private final EventStore events;
  private final Calendars calendars;
  private final RiskProjections projections;
  private final ScoringConfig config;
  private final BusinessClock clock;

  Explanations(
      Risks risks,
      EventStore events,
      Calendars calendars,
      RiskProjections projections,
      ScoringConfig config,
      BusinessClock clock) {
    this.risks = risks;
    this.events = events;
    this.calendars = calendars;
    this.projections = projections;
    this.config = config;
    this.clock = clock;
  }

  /**
   * The explanation as of now, silence counted as far as the customer's feed is complete.
   *
   * @throws Problem as {@link Risks#of}
   */
  public Explanation now(String name) {
    Instant now = clock.now();
    RiskNow risk = risks.now(name, now);
    return explain(
        name,
        now,
        Basis.NOW,
        risk.asOf(),
        risks.stale(risk.asOf(), now),
        risk.model(),
        risk.activity());
  }

  /**
   * The explanation at an instant: a past one by the events that had occurred and were available
   * then, a future one by silence until then. The model is the one that serves now.
   *
   * @throws Problem as {@link Risks#of}, and 422 before the first event
   */
  public Explanation at(String name, Instant at) {
    Instant now = clock.now();
    boolean past = at.isBefore(now);
    ChurnModel model = risks.champion().model();
    List<Event> history = events.historyOf(risks.idOf(name, past ? at : now));
    ActivityState activity = ActivityState.empty(calendars.inForce());
    for (Event event : history) {
      if (!event.occurredAt().isAfter(at) && !event.availableAt().isAfter(at)) {
        activity.apply(event);
      }
    }
    if (activity.lastOccurredAt().equals(Instant.MIN)) {
      throw Problem.unprocessable(
          "Nothing was known of "
              + name
              + " at "
              + at
              + (history.isEmpty()
                  ? ": it has no events"
                  : "; its first event is of "
                      + history.get(0).occurredAt()
                      + ", available at "
                      + history.get(0).availableAt()));
    }
    Risks.requireJudgeable(name, activity);
    return explain(
        name,
        at,
        past ? Basis.AS_KNOWN_THEN : Basis.IF_SILENT_UNTIL_THEN,
        at,
        false,
        model,
        activity);
  }

  /**
   * The risk that the customer would have now after a use of the service at this moment.
   *
   * @throws Problem as {@link Risks#of}
   */
  public double afterUse(String name) {
    Instant now = clock.now();
    ActivityState activity = ActivityState.empty(calendars.inForce());
    for (Event event : events.historyOf(risks.idOf(name, now))) {
      if (event.occurredAt().isBefore(now)) {
        activity.apply(event);
      }
    }
    activity.apply(
        new Event(
            "supposed",
            "supposed",
            name,
            "use",
            EventKind.USAGE,
            now,
            now,
            false,
            1,
            null,
            null,
            null,
            Map.of(),
            false));
    return risks.champion().model().risk(activity, now);
  }

  private Explanation explain(
      String name,
      Instant at,
      Basis basis,
      Instant asOf,
      boolean stale,
      ChurnModel model,
      ActivityState activity) {
    Breakdown breakdown = Breakdown.of(model, activity, asOf);
    return new Explanation(
        name,
        at,
        basis,
        asOf,
        stale,
        model.version(),
        config.bandOf(breakdown.risk()),
        breakdown,
        projections.ifSilent(model, activity, asOf, breakdown.risk()));
  }
}
