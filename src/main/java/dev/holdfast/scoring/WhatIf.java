package dev.holdfast.scoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.event.BadEvent;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventFacts;
import dev.holdfast.event.EventJson;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.KindMapping;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.RiskWhatIfResource.SupposedRisk;
import dev.holdfast.scoring.RiskWhatIfResource.Supposition;
import dev.holdfast.scoring.Risks.Question;
import dev.holdfast.scoring.Risks.ReasonView;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Judges what is only supposed. */
@ApplicationScoped
class WhatIf {

  private static final String NOBODY = "what-if:nobody";
  private static final String SOURCE = "what-if";
  private static final int REASONS = 3;
  private static final double WORTH_SAYING = 0.01;
  private static final int MOST_ERRORS = 100;

  /** Beyond this a number is a mistake, whatever it measures. */
  private static final double LARGEST = 1e9;

  private static final double LONGEST_DAYS = 3_650;

  /**
   * What is wrong with a part of a supposition.
   *
   * @param pointer to it, RFC 6901
   */
  record Wrong(String pointer, String detail) {}

  private final Risks risks;
  private final EventStore events;
  private final KindMapping kinds;
  private final Calendars calendars;
  private final Scorer scorer;
  private final ScoringConfig config;
  private final BusinessClock clock;

  WhatIf(
      Risks risks,
      EventStore events,
      KindMapping kinds,
      Calendars calendars,
      Scorer scorer,
      ScoringConfig config,
      BusinessClock clock) {
    this.risks = risks;
    this.events = events;
    this.kinds = kinds;
    this.calendars = calendars;
    this.scorer = scorer;
    this.config = config;
    this.clock = clock;
  }

  /**
   * The risk under a supposition.
   *
   * @throws Problem 400 for what is malformed or out of range, 404 for an unknown customer, 422 if
   *     there is nothing to judge by or features are missing, 503 while no model is promoted
   */
  SupposedRisk judge(Supposition supposition) {
    List<JsonNode> supposedEvents = supposition.events();
    Map<String, Double> supposedFeatures = supposition.features();
    if ((supposedEvents == null) == (supposedFeatures == null)) {
      throw Problem.badRequest("Give either events or features.");
    }
    Instant now = clock.now();
    Instant asked = supposition.asOf();
    Instant asOf = asked == null ? now.truncatedTo(ChronoUnit.MINUTES) : asked;
    ChurnModel model = risks.champion().model();
    return supposedEvents != null
        ? ofEvents(supposition.customer(), supposedEvents, asOf, asked == null, now, model)
        : ofFeatures(
            supposition.customer(), Objects.requireNonNull(supposedFeatures), asOf, asked, model);
  }

  private SupposedRisk ofEvents(
      @Nullable String customer,
      List<JsonNode> supposed,
      Instant asOf,
      boolean asOfNow,
      Instant now,
      ChurnModel model) {
    // The minute in which a question of now is asked is still running: events of it count.
    Instant latest = asOfNow ? now : asOf;
    List<Event> history = new ArrayList<>();
    if (customer != null) {
      long id = risks.idOf(customer, now);
      for (Event event : events.historyOf(id)) {
        if (!event.occurredAt().isAfter(latest)
            && !event.availableAt().isAfter(maxOf(latest, now))) {
          history.add(event);
        }
      }
    }
    history.addAll(read(supposed, latest));
    history.sort(Comparator.comparing(Event::occurredAt).thenComparing(Event::key));
    ActivityState activity = ActivityState.empty(calendars.inForce());
    history.forEach(activity::apply);
    if (activity.usageOccasions() == 0 && !activity.closed()) {
      activity = Risks.sinceActivation(history, calendars.inForce()).orElse(activity);
    }
    Risks.requireJudgeable(customer == null ? "the supposed customer" : customer, activity);
    Instant last = activity.lastOccurredAt();
    Instant at = asOf.isBefore(last) ? last : asOf;
    double risk = model.risk(activity, at);
    return new SupposedRisk(
        customer,
        risk,
        config.bandOf(risk),
        at,
        RiskBasis.of(activity),
        model.version(),
        FeatureSchema.current().version(),
        List.of(),
        Risks.reasons(model, activity, at, Risks.MOST_REASONS),
        scorer.nextChange(model.silence().of(activity), at, risk, scorer.levels()).orElse(null));
  }

  private static Instant maxOf(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private List<Event> read(List<JsonNode> supposed, Instant latest) {
    EventFacts facts = EventFacts.arrivedAt(latest);
    List<Event> read = new ArrayList<>();
    List<Wrong> wrongs = new ArrayList<>();
    for (int i = 0; i < supposed.size(); i++) {
      String pointer = "/events/" + i;
      try {
        Event event =
            EventJson.parse(
                completed(supposed.get(i), i).toString().getBytes(StandardCharsets.UTF_8),
                facts,
                kinds);
        if (event.occurredAt().isAfter(latest)) {
          wrongs.add(
              new Wrong(
                  pointer + "/occurredAt",
                  "an event must not be after the instant to judge at, "
                      + latest
                      + "; was "
                      + event.occurredAt()));
        }
        read.add(event);
      } catch (BadEvent bad) {
        wrongs.add(new Wrong(pointer, bad.detail()));
      }
    }
    refuse(wrongs, "Not all events are well-formed; see errors.");
    return read;
  }

  /** Identity is for what is stored: a supposed event may do without. */
  private static JsonNode completed(JsonNode event, int i) {
    if (!(event instanceof ObjectNode given)) {
      return event;
    }
    ObjectNode whole = given.deepCopy();
    if (!whole.hasNonNull("id")) {
      whole.put("id", "what-if-" + i);
    }
    if (!whole.hasNonNull("source")) {
      whole.put("source", SOURCE);
    }
    if (!whole.hasNonNull("customer")) {
      whole.put("customer", NOBODY);
    }
    return whole;
  }

  private SupposedRisk ofFeatures(
      @Nullable String customer,
      Map<String, Double> supposed,
      Instant asOf,
      @Nullable Instant asked,
      ChurnModel model) {
    if (customer != null && asked != null) {
      throw Problem.badRequest(
          "asOf goes with events: the features of a customer are those of now.");
    }
    FeatureSchema schema = FeatureSchema.current();
    float[] values = new float[schema.size()];
    boolean[] known = new boolean[schema.size()];
    RiskBasis basis = null;
    Instant at = asOf;
    if (customer != null) {
      Question question = risks.question(customer, clock.now());
      at = question.asOf();
      values = Features.of(question.activity(), at, model.priors());
      Arrays.fill(known, true);
      basis = RiskBasis.of(question.activity());
    }
    List<Wrong> wrongs = new ArrayList<>();
    for (Map.Entry<String, Double> one : supposed.entrySet()) {
      String pointer = "/features/" + one.getKey().replace("~", "~0").replace("/", "~1");
      if (!schema.has(one.getKey())) {
        wrongs.add(
            new Wrong(pointer, "version " + schema.version() + " has no feature of this name"));
        continue;
      }
      int i = schema.indexOf(one.getKey());
      String rule = brokenRule(schema.features().get(i), one.getValue());
      if (rule != null) {
        wrongs.add(new Wrong(pointer, rule + ", was " + one.getValue()));
      }
      values[i] = one.getValue().floatValue();
      known[i] = true;
    }
    refuse(wrongs, "Not all features can be taken; see errors.");
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < known.length; i++) {
      if (!known[i]) {
        missing.add(schema.features().get(i).name());
      }
    }
    if (!missing.isEmpty()) {
      throw Problem.unprocessable(
              missing.size()
                  + " of "
                  + schema.size()
                  + " features are missing and are not guessed; give them, or a customer whose"
                  + " they are")
          .with("missing", missing);
    }
    double risk = model.probability(values);
    return new SupposedRisk(
        customer,
        risk,
        config.bandOf(risk),
        at,
        basis,
        model.version(),
        schema.version(),
        List.copyOf(supposed.keySet()),
        reasons(model, values),
        null);
  }

  /** The rule of the feature's unit that a value breaks, null if it keeps them all. */
  static @Nullable String brokenRule(Feature feature, double value) {
    String unit = feature.unit();
    if (!Double.isFinite(value) || Math.abs(value) > LARGEST) {
      return "must be a number from -1e9 to 1e9";
    }
    if (unit.equals("0/1")) {
      return value == 0 || value == 1 ? null : "must be 0 or 1";
    }
    int dots = unit.indexOf("..");
    if (dots > 0) {
      double low = Double.parseDouble(unit.substring(0, dots));
      double high = Double.parseDouble(unit.substring(dots + 2));
      // Where there is no value, a column beside it says so and this one holds 0.
      return (value >= low && value <= high) || value == 0
          ? null
          : "must be from " + unit.substring(0, dots) + " to " + unit.substring(dots + 2);
    }
    if (unit.equals("d")) {
      return value >= 0 && value <= LONGEST_DAYS ? null : "must be from 0 to 3650 days";
    }
    boolean counts = unit.equals("n") || feature.name().startsWith("ln1p_");
    return counts && value < 0 ? "must not be below 0" : null;
  }

  private static List<ReasonView> reasons(ChurnModel model, float[] values) {
    double[] contributions = model.contributions(values);
    List<Feature> columns = FeatureSchema.current().features();
    Map<String, Double> sums = new LinkedHashMap<>();
    Map<String, Integer> strongest = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      sums.merge(columns.get(i).family(), contributions[i], Double::sum);
      int column = i;
      strongest.merge(
          columns.get(i).family(),
          column,
          (best, other) -> contributions[other] > contributions[best] ? other : best);
    }
    List<ReasonView> reasons = new ArrayList<>();
    sums.forEach(
        (family, sum) -> {
          if (sum > WORTH_SAYING) {
            int column = Objects.requireNonNull(strongest.get(family));
            reasons.add(new ReasonView(family, columns.get(column).plainWords(), sum));
          }
        });
    reasons.sort(Comparator.comparingDouble(ReasonView::contribution).reversed());
    return List.copyOf(reasons.subList(0, Math.min(REASONS, reasons.size())));
  }

  private static void refuse(List<Wrong> wrongs, String detail) {
    if (!wrongs.isEmpty()) {
      throw Problem.badRequest(detail)
          .with("errors", wrongs.subList(0, Math.min(MOST_ERRORS, wrongs.size())));
    }
  }
}
