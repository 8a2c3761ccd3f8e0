package dev.holdfast.scoring;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.customer.Customers;
import dev.holdfast.event.CustomerName;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.Reason;
import dev.holdfast.model.RegisteredModel;
import dev.holdfast.model.Silence;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.RiskReads.RiskRead;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.eclipse.microprofile.context.ManagedExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The risk of a customer now, computed from the stored state at the moment it is asked for. Silence
 * is counted by whole minutes, so that two questions within a minute have one answer.
 */
@ApplicationScoped
public class Risks {

  /** More reasons than this help nobody. */
  static final int MOST_REASONS = 3;

  private static final int TOGETHER = 64;

  /** One computes while the other waits for the database. */
  private static final int READERS = 2;

  private static final String ACTIVATED = "activated";

  /**
   * A customer's risk.
   *
   * @param customer the name it was asked for
   * @param risk calibrated probability of churn, in (0, 1)
   * @param band its label
   * @param asOf the instant up to which silence was counted
   * @param stale true if the feed of the customer's usage is behind the clock or in doubt, or a
   *     fault of ours kept the customer away, so that part of the silence is not counted
   * @param incident number of the open incident of that feed or of that fault, for {@code
   *     /api/v1/warnings/{id}}; null if there is none
   * @param degraded what is wrong with the risk, in words; null if nothing is
   * @param basis whether the customer's own history speaks, or the population for want of one
   * @param model version that made the risk
   * @param featureVersion version of the features that the model saw
   * @param reasons as many as were asked for, at most {@value #MOST_REASONS}, strongest first, in
   *     plain words; empty if nothing raises the risk
   * @param receipt number of the last score of the customer that was recorded; null if none was
   * @param nextChange first minute of further silence at which the band or a campaign's threshold
   *     is reached; null if never
   */
  public record RiskView(
      String customer,
      double risk,
      Band band,
      Instant asOf,
      boolean stale,
      @Nullable Long incident,
      @Nullable String degraded,
      RiskBasis basis,
      String model,
      int featureVersion,
      List<ReasonView> reasons,
      @Nullable Long receipt,
      @Nullable Instant nextChange) {}

  /**
   * The answer for one of many customers: a risk, or why there is none.
   *
   * @param status 200, or the status that the route of one customer would answer
   * @param detail why there is no risk; null if there is one
   */
  public record RiskAnswer(
      String customer, int status, @Nullable RiskView risk, @Nullable String detail) {}

  /**
   * One reason.
   *
   * @param family group of features: usage, purchase, contact, ...
   * @param words plain words with the customer's own figures
   * @param contribution how much it raises the log-odds of churn
   */
  public record ReasonView(String family, String words, double contribution) {}

  /**
   * A risk as of now, and what it was computed from.
   *
   * @param risk calibrated probability of churn, in (0, 1)
   * @param asOf the instant up to which silence was counted
   */
  public record RiskNow(double risk, Instant asOf, ChurnModel model, ActivityState activity) {

    /** Up to three reasons, strongest first; computed when asked for. */
    public List<Reason> reasons() {
      return model.reasons(activity, asOf, MOST_REASONS);
    }

    /** The same in plain words. */
    public List<String> words() {
      return reasons().stream().map(Reason::words).toList();
    }
  }

  /**
   * A customer who can be judged, and all that the answer will be computed from: equal questions
   * have equal answers.
   */
  record Question(
      String name,
      RiskRead read,
      ActivityState activity,
      RegisteredModel model,
      double[] levels,
      Instant asOf,
      boolean stale,
      @Nullable String degraded) {}

  private final Customers customers;
  private final RiskReads reads;
  private final EventStore events;
  private final Calendars calendars;
  private final Sources sources;
  private final ModelRegistry models;
  private final Scorer scorer;
  private final ScoringConfig config;
  private final BusinessClock clock;
  private final JointReads<String, RiskRead> joint;

  Risks(
      Customers customers,
      RiskReads reads,
      EventStore events,
      Calendars calendars,
      Sources sources,
      ModelRegistry models,
      Scorer scorer,
      ScoringConfig config,
      BusinessClock clock,
      ManagedExecutor executor) {
    this.customers = customers;
    this.reads = reads;
    this.events = events;
    this.calendars = calendars;
    this.sources = sources;
    this.models = models;
    this.scorer = scorer;
    this.config = config;
    this.clock = clock;
    this.joint =
        new JointReads<>(names -> readNamed(names, clock.now()), executor, TOGETHER, READERS);
  }

  /**
   * The risk now of the customer with this external name.
   *
   * @throws Problem 400 for a malformed name, 404 for an unknown customer, 422 if there is nothing
   *     to judge by (with the reason), 503 while no model is promoted
   */
  public RiskView of(String name) {
    return answer(question(name, clock.now()), MOST_REASONS);
  }

  /**
   * The risks now of these customers, in the order of the names, read in few round trips. What is
   * wrong with one of them stands in its answer.
   *
   * @throws Problem 503 while no model is promoted
   */
  List<RiskAnswer> of(List<String> names, int reasons) {
    Instant now = clock.now();
    RegisteredModel model = champion();
    double[] levels = scorer.levels();
    List<RiskAnswer> malformed = new ArrayList<>();
    List<String> wellFormed = new ArrayList<>();
    for (String name : names) {
      try {
        CustomerName.of(name);
        wellFormed.add(name);
      } catch (IllegalArgumentException why) {
        malformed.add(new RiskAnswer(name, 400, null, why.getMessage()));
      }
    }
    Map<String, RiskRead> found = readNamed(wellFormed, now);
    Map<String, RiskAnswer> answers = new LinkedHashMap<>();
    malformed.forEach(one -> answers.put(one.customer(), one));
    for (String name : wellFormed) {
      answers.computeIfAbsent(
          name, one -> answerOrWhyNot(one, found.get(one), model, levels, now, reasons));
    }
    return names.stream().map(answers::get).toList();
  }

  /** The risks now of these customers by internal id, each under its first name. */
  List<RiskAnswer> ofAll(List<Long> ids, int reasons) {
    Instant now = clock.now();
    RegisteredModel model = champion();
    double[] levels = scorer.levels();
    Map<Long, String> names = customers.namesOf(ids);
    Map<Long, RiskRead> found = reads.read(ids);
    return ids.stream()
        .map(
            id ->
                answerOrWhyNot(
                    names.getOrDefault(id, "id:" + id),
                    found.getOrDefault(id, RiskRead.ofNothing(id)),
                    model,
                    levels,
                    now,
                    reasons))
        .toList();
  }

  private RiskAnswer answerOrWhyNot(
      String name,
      @Nullable RiskRead read,
      RegisteredModel model,
      double[] levels,
      Instant now,
      int reasons) {
    if (read == null) {
      return new RiskAnswer(name, 404, null, unknown(name).detail());
    }
    try {
      Question question = question(name, read, model, levels, now);
      return new RiskAnswer(name, 200, answer(question, reasons), null);
    } catch (Problem problem) {
      return new RiskAnswer(name, problem.status(), null, problem.detail());
    }
  }

  /**
   * As {@link #question}, without holding up the caller: those who ask at the same time share what
   * is read.
   *
   * @param then makes the answer, in the thread that read
   * @throws Problem 400 for a malformed name; the others of {@link #of(String)} are how the stage
   *     ends
   */
  <R> CompletionStage<R> ask(String name, Function<Question, R> then) {
    wellFormed(name);
    return joint.ask(
        name,
        read -> {
          if (read == null) {
            throw unknown(name);
          }
          return then.apply(question(name, read, champion(), scorer.levels(), clock.now()));
        });
  }

  /** What is stored of those whom these names mean at an instant. */
  private Map<String, RiskRead> readNamed(Collection<String> names, Instant at) {
    Map<String, RiskRead> named = new HashMap<>();
    List<String> ofNothing = addRead(names, at, named);
    if (!ofNothing.isEmpty()) {
      // Another process may have erased them a moment ago, and the names are still remembered here.
      customers.forgetNow(ofNothing);
      named.keySet().removeAll(ofNothing);
      addRead(ofNothing, at, named);
    }
    return named;
  }

  /** Adds what is stored under these names, and says of which of them that is nothing. */
  private List<String> addRead(Collection<String> names, Instant at, Map<String, RiskRead> named) {
    Map<String, Long> ids = customers.findAll(names, at);
    Map<Long, RiskRead> found = reads.read(ids.values());
    ids.forEach((name, id) -> named.put(name, found.getOrDefault(id, RiskRead.ofNothing(id))));
    return ids.keySet().stream().filter(name -> !found.containsKey(ids.get(name))).toList();
  }

  /**
   * What the answer to {@link #of(String)} will be computed from, read and not yet computed.
   *
   * @throws Problem as {@link #of(String)}
   */
  Question question(String name, Instant now) {
    wellFormed(name);
    RiskRead read = readNamed(List.of(name), now).get(name);
    if (read == null) {
      throw unknown(name);
    }
    return question(name, read, champion(), scorer.levels(), now);
  }

  private Question question(
      String name, RiskRead read, RegisteredModel model, double[] levels, Instant now) {
    ActivityState activity = read.activity();
    Instant watermark = read.watermark();
    if (activity.usageOccasions() == 0 && !activity.closed()) {
      List<Event> history = events.historyOf(read.customerId());
      activity =
          sinceActivation(history, calendars.inForce()).orElseThrow(() -> nothingToJudge(name));
      watermark = watermarkOf(activation(history).orElseThrow());
    }
    requireJudgeable(name, activity);
    Instant asOf = countedUpTo(activity, watermark, now);
    return new Question(
        name,
        read,
        activity,
        model,
        levels,
        asOf,
        read.incident() != null || stale(asOf, now),
        degraded(read.activity()));
  }

  /**
   * Computes the answer.
   *
   * @param reasons how many at most, 0 to {@value #MOST_REASONS}; they cost more than the risk
   */
  RiskView answer(Question asked, int reasons) {
    ChurnModel model = asked.model().model();
    ActivityState activity = asked.activity();
    Silence silence = model.silence().of(activity);
    double risk = silence.riskAt(asked.asOf());
    return new RiskView(
        asked.name(),
        risk,
        config.bandOf(risk),
        asked.asOf(),
        asked.stale(),
        asked.read().incident(),
        asked.degraded(),
        RiskBasis.of(activity),
        model.version(),
        FeatureSchema.current().version(),
        reasons == 0 ? List.of() : reasons(model, activity, asked.asOf(), reasons),
        asked.read().receipt(),
        nextChange(asked, silence, risk));
  }

  /**
   * As {@link Scorer#nextChange}. The stored crossing is almost always still the one; since the
   * risk never falls in silence, looking at it and the minute before proves that, and saves the
   * search.
   */
  private @Nullable Instant nextChange(Question asked, Silence silence, double risk) {
    Instant stored = asked.read().nextDue();
    OptionalDouble level = Arrays.stream(asked.levels()).filter(one -> one > risk).findFirst();
    if (stored != null
        && level.isPresent()
        && stored.equals(stored.truncatedTo(ChronoUnit.MINUTES))
        && stored.isAfter(asked.asOf())) {
      Instant minuteBefore = stored.minus(1, ChronoUnit.MINUTES);
      boolean below =
          minuteBefore.isBefore(asked.asOf()) || silence.riskAt(minuteBefore) < level.getAsDouble();
      if (below && silence.riskAt(stored) >= level.getAsDouble()) {
        return stored;
      }
    }
    return scorer.nextChange(silence, asked.asOf(), risk, asked.levels()).orElse(null);
  }

  /** As {@link #of(String)}, with what the risk was computed from. */
  RiskNow now(String name, Instant now) {
    Question asked = question(name, now);
    ChurnModel model = asked.model().model();
    return new RiskNow(
        model.risk(asked.activity(), asked.asOf()), asked.asOf(), model, asked.activity());
  }

  /**
   * The customer that a name means at an instant.
   *
   * @throws Problem 400 for a malformed name, 404 for an unknown customer
   */
  long idOf(String name, Instant at) {
    wellFormed(name);
    return customers.find(name, at).orElseThrow(() -> unknown(name));
  }

  private static void wellFormed(String name) {
    try {
      CustomerName.of(name);
    } catch (IllegalArgumentException malformed) {
      throw Problem.badRequest(String.valueOf(malformed.getMessage()));
    }
  }

  private static Problem unknown(String name) {
    return Problem.notFound("No customer is known as " + name);
  }

  /** Who reported nothing but an activation is as silent as the activation's source is complete. */
  private @Nullable Instant watermarkOf(Event activation) {
    return sources
        .byName(activation.source())
        .map(source -> source.watermark().reached())
        .orElse(null);
  }

  private static Optional<Event> activation(List<Event> history) {
    return history.stream()
        .filter(event -> event.kind() == EventKind.STATUS)
        .filter(event -> event.name().equalsIgnoreCase(ACTIVATED))
        .max(Comparator.comparing(Event::occurredAt));
  }

  /**
   * The activity with the last activation as the first use, which the population speaks for; empty
   * without an activation.
   *
   * @param history of a customer without usage
   */
  static Optional<ActivityState> sinceActivation(
      List<Event> history, OperationalCalendar calendar) {
    Optional<Event> activation = activation(history);
    if (activation.isEmpty()) {
      return Optional.empty();
    }
    List<Event> withUse = new ArrayList<>(history);
    withUse.add(firstUse(activation.get()));
    withUse.sort(Comparator.comparing(Event::occurredAt).thenComparing(Event::key));
    ActivityState activity = ActivityState.empty(calendar);
    withUse.forEach(activity::apply);
    return Optional.of(activity);
  }

  private static Event firstUse(Event activation) {
    return new Event(
        "first use taken from " + activation.key(),
        activation.source(),
        activation.customer(),
        activation.name(),
        EventKind.USAGE,
        activation.occurredAt(),
        activation.availableAt(),
        activation.availableAssumed(),
        1,
        null,
        null,
        null,
        Map.of(),
        activation.backfill());
  }

  /**
   * Passes if there is silence to judge.
   *
   * @throws Problem 422 with the reason
   */
  static void requireJudgeable(String name, ActivityState activity) {
    if (activity.closed()) {
      throw Problem.unprocessable(name + " is closed; its risk is no longer computed");
    }
    if (activity.usageOccasions() == 0) {
      throw nothingToJudge(name);
    }
  }

  private static Problem nothingToJudge(String name) {
    return Problem.unprocessable(
        name + " has no usage, purchase or activation on record, so there is no silence to judge");
  }

  /**
   * The model that serves.
   *
   * @throws Problem 503 while there is none
   */
  RegisteredModel champion() {
    return models
        .champion()
        .orElseThrow(
            () ->
                Problem.unavailable(
                    "No model is promoted yet: train one and promote it", Duration.ofMinutes(1)));
  }

  /** True if silence was counted to so long before {@code now} that the feed must be behind. */
  boolean stale(Instant asOf, Instant now) {
    return asOf.isBefore(now.minus(config.staleAfter()));
  }

  /** Whole minutes of silence, up to the watermark; never before the newest event. */
  private static Instant countedUpTo(
      ActivityState activity, @Nullable Instant watermark, Instant now) {
    Instant minute =
        Scorer.silenceCountedUpTo(activity, watermark, now).truncatedTo(ChronoUnit.MINUTES);
    Instant last = activity.lastOccurredAt();
    return minute.isBefore(last) ? last : minute;
  }

  private @Nullable String degraded(ActivityState activity) {
    if (models.trouble().isPresent()) {
      return "the model promoted last cannot be read; another one answers";
    }
    return activity.rebuildDue()
        ? "part of what is remembered of the customer comes back with its next event"
        : null;
  }

  /**
   * The risks now of these customers; whoever has none (unknown, no usage, closed, no model) is
   * left out.
   */
  public Map<Long, RiskNow> now(Collection<Long> customerIds) {
    Optional<RegisteredModel> champion = models.champion();
    if (champion.isEmpty() || customerIds.isEmpty()) {
      return Map.of();
    }
    Instant now = clock.now();
    ChurnModel model = champion.get().model();
    Map<Long, RiskNow> risks = new HashMap<>();
    for (RiskRead read : reads.read(customerIds).values()) {
      ActivityState activity = read.activity();
      if (activity.usageOccasions() > 0 && !activity.closed()) {
        Instant asOf = countedUpTo(activity, read.watermark(), now);
        risks.put(
            read.customerId(), new RiskNow(model.risk(activity, asOf), asOf, model, activity));
      }
    }
    return risks;
  }

  /** The strongest reasons, {@code most} at most. */
  static List<ReasonView> reasons(
      ChurnModel model, ActivityState activity, Instant asOf, int most) {
    return model.reasons(activity, asOf, most).stream()
        .map(reason -> new ReasonView(reason.family(), reason.words(), reason.contribution()))
        .toList();
  }
}
