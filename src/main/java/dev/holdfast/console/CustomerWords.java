package dev.holdfast.console;

import dev.holdfast.access.Roles;
import dev.holdfast.campaign.ContactHistory;
import dev.holdfast.campaign.ContactabilityResource;
import dev.holdfast.console.CustomerData.ReasonLine;
import dev.holdfast.console.CustomerData.RiskPart;
import dev.holdfast.console.CustomerData.Share;
import dev.holdfast.console.CustomerData.Told;
import dev.holdfast.customer.CustomerRecords;
import dev.holdfast.customer.CustomerView;
import dev.holdfast.customer.Customers;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventStore;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.Breakdown.FeatureShare;
import dev.holdfast.scoring.CustomerReceiptsResource;
import dev.holdfast.scoring.Explanation;
import dev.holdfast.scoring.Explanations;
import dev.holdfast.scoring.RiskProjection;
import dev.holdfast.scoring.RiskResource;
import dev.holdfast.scoring.Risks;
import dev.holdfast.scoring.Risks.ReasonView;
import dev.holdfast.scoring.Risks.RiskView;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gathers what the page of a customer shows, from the beans that answer the API. */
@ApplicationScoped
class CustomerWords {

  private static final int DAYS_AHEAD = 14;
  private static final int MOST_SCORES = 200;
  private static final int MOST_EVENTS = 40;
  private static final int MOST_TOLD = 20;
  private static final int MOST_CONTACTS = 50;
  private static final int MOST_RECEIPTS = 10;
  private static final int MOST_FEATURES = 12;
  private static final double WORTH_SHOWING = 0.005;
  private static final Set<EventKind> TOLD =
      Set.of(EventKind.FEEDBACK, EventKind.COMPLAINT, EventKind.CANCELLATION);

  private final CustomerRecords records;
  private final Customers customers;
  private final EventStore events;
  private final Risks risks;
  private final Explanations explanations;
  private final RiskResource riskRoutes;
  private final CustomerReceiptsResource receipts;
  private final ContactabilityResource contactability;
  private final ContactHistory contacts;
  private final ReasonTexts reasons;
  private final BusinessClock clock;

  CustomerWords(
      CustomerRecords records,
      Customers customers,
      EventStore events,
      Risks risks,
      Explanations explanations,
      RiskResource riskRoutes,
      CustomerReceiptsResource receipts,
      ContactabilityResource contactability,
      ContactHistory contacts,
      ReasonTexts reasons,
      BusinessClock clock) {
    this.records = records;
    this.customers = customers;
    this.events = events;
    this.risks = risks;
    this.explanations = explanations;
    this.riskRoutes = riskRoutes;
    this.receipts = receipts;
    this.contactability = contactability;
    this.contacts = contacts;
    this.reasons = reasons;
    this.clock = clock;
  }

  /**
   * The customer as of now.
   *
   * @throws Problem 400 for a malformed name, 404 for an unknown customer
   */
  CustomerData of(Shell shell, String name) {
    boolean contacting = shell.has(Roles.AGENT) || shell.has(Roles.RETENTION_LEAD);
    CustomerView found = records.read(name).view();
    Instant now = clock.now();
    long id =
        customers
            .find(name, now)
            .orElseThrow(() -> Problem.notFound("There is no customer " + name + "."));
    long party = customers.partiesOf(List.of(id)).getOrDefault(id, id);
    List<Event> history = events.historyOf(id);
    RiskPart risk = null;
    RiskProjection projection = null;
    String whyNot = null;
    try {
      projection = riskRoutes.projection(name, DAYS_AHEAD);
      risk = risk(shell, name);
    } catch (Problem none) {
      whyNot = none.detail();
    }
    Object person = found.profile().get("name");
    return new CustomerData(
        name,
        person == null ? null : person.toString(),
        contacting ? found : found.masked(),
        risk,
        whyNot,
        history.isEmpty()
            ? null
            : TimelineChart.of(
                history,
                riskRoutes.history(name, null, null, MOST_SCORES, null).scores(),
                projection,
                now,
                shell.words(),
                shell.formats()),
        newestFirst(history).stream()
            .limit(MOST_EVENTS)
            .map(event -> MyListWords.happened(shell.words(), event))
            .toList(),
        history.size(),
        newestFirst(history).stream()
            .filter(event -> TOLD.contains(event.kind()))
            .limit(MOST_TOLD)
            .map(event -> told(shell.words(), event))
            .toList(),
        contacts.attempts(party, MOST_CONTACTS),
        contacts.cases(id, MOST_CONTACTS),
        contacting ? contactability.get(name) : null,
        receipts.list(name).stream().limit(MOST_RECEIPTS).toList());
  }

  private static List<Event> newestFirst(List<Event> history) {
    List<Event> newest = new ArrayList<>(history);
    Collections.reverse(newest);
    return newest;
  }

  private RiskPart risk(Shell shell, String name) {
    RiskView now = risks.of(name);
    Explanation explanation = explanations.now(name);
    List<FeatureShare> strongest =
        explanation.risk().features().stream()
            .filter(one -> Math.abs(one.contribution()) >= WORTH_SHOWING)
            .sorted(Comparator.comparingDouble((FeatureShare one) -> -Math.abs(one.contribution())))
            .limit(MOST_FEATURES)
            .toList();
    double most = strongest.isEmpty() ? 1 : Math.abs(strongest.get(0).contribution());
    double mostReason =
        now.reasons().stream().mapToDouble(ReasonView::contribution).max().orElse(1);
    return new RiskPart(
        now,
        sentence(shell, explanation.ifSilent()),
        now.reasons().stream()
            .map(
                one ->
                    new ReasonLine(
                        reasons.in(shell.language(), one.words()),
                        one.contribution(),
                        (int) Math.round(100 * one.contribution() / mostReason),
                        remedy(shell.words(), one.family())))
            .toList(),
        strongest.stream()
            .map(one -> new Share(one, (int) Math.round(100 * Math.abs(one.contribution()) / most)))
            .toList(),
        explanation.ifSilent(),
        explanations.afterUse(name));
  }

  private static @Nullable String remedy(Words words, String family) {
    String text = words.named("remedy", family);
    return text.equals(family) ? null : text;
  }

  /** The next level that silence will reach. */
  private static String sentence(Shell shell, List<Explanation.Projection> levels) {
    Formats formats = shell.formats();
    for (Explanation.Projection level : levels) {
      if (!level.reached()) {
        return level.reachedAt() == null
            ? shell.words().of("customer_silence_never", formats.percent(level.level()))
            : shell
                .words()
                .of(
                    "customer_silence",
                    formats.percent(level.level()),
                    formats.weekday(level.reachedAt()),
                    formats.time(level.reachedAt()));
      }
    }
    return shell.words().of("customer_silence_over");
  }

  private static Told told(Words words, Event event) {
    return new Told(
        event.occurredAt(),
        event.kind().wireName(),
        MyListWords.happened(words, event).text(),
        event.properties().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(one -> one.getKey().replace('_', ' ') + ": " + one.getValue())
            .toList());
  }
}
