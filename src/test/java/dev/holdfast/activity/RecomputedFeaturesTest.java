package dev.holdfast.activity;

import static dev.holdfast.activity.RandomHistory.START;
import static dev.holdfast.activity.RandomHistory.event;
import static dev.holdfast.activity.RandomHistory.state;
import static dev.holdfast.activity.RandomHistory.use;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The features of contract and experience against their definitions, computed a second time from
 * all events at once without any state.
 */
class RecomputedFeaturesTest {

  private static final FeatureSchema SCHEMA = FeatureSchema.current();

  @Test
  void valuesEqualThoseComputedFromTheRawEvents() {
    for (long seed = 0; seed < 1_000; seed++) {
      List<Event> history = RandomHistory.of(seed);
      Instant last = history.get(history.size() - 1).occurredAt();
      for (long hours : new long[] {0, 7, 100, 2_000, 20_000}) {
        requireEqual("seed " + seed, history, last.plus(Duration.ofHours(hours)));
      }
    }
  }

  @Test
  void someOfTheRandomHistoriesShowEachFeature() {
    float[] plain = Features.of(state(List.of(use("a", START))), START, Priors.standard());
    int[] differ = new int[SCHEMA.size()];
    for (long seed = 0; seed < 1_000; seed++) {
      ActivityState state = state(RandomHistory.of(seed));
      float[] features = Features.of(state, state.lastOccurredAt(), Priors.standard());
      for (int i = 0; i < differ.length; i++) {
        differ[i] += features[i] != plain[i] ? 1 : 0;
      }
    }

    for (int i = SCHEMA.indexOf("ln1p_contract_days_left"); i < differ.length; i++) {
      assertThat(differ[i]).as(SCHEMA.features().get(i).name()).isGreaterThan(20);
    }
  }

  private static void requireEqual(String what, List<Event> history, Instant t) {
    float[] features = Features.of(state(history), t, Priors.standard());
    Map<String, Double> expected = recomputed(history, t);
    for (int i = SCHEMA.indexOf("ln1p_contract_days_left"); i < SCHEMA.size(); i++) {
      String name = SCHEMA.features().get(i).name();
      Double value = expected.get(name);
      if (value == null) {
        // Rates without suspension only: see below.
        assertThat(name).isEqualTo("silent_unhappy");
        continue;
      }
      assertThat((double) features[i])
          .as("%s, %s at %s", what, name, t)
          .isCloseTo(value, within(1e-3 * Math.max(1, Math.abs(value))));
    }
  }

  private static Map<String, Double> recomputed(List<Event> history, Instant t) {
    Map<String, Double> values = new HashMap<>();
    Instant last = history.get(history.size() - 1).occurredAt();
    contract(history, last, t, values);
    complaints(history, values);
    contacts(history, last, values);
    channels(history, last, values);
    uses(history, last, t, values);
    opinion(history, values);
    if (history.stream().noneMatch(e -> e.kind() == EventKind.STATUS)) {
      values.put("silent_unhappy", silentUnhappy(history, last));
    }
    return values;
  }

  private static void contract(
      List<Event> history, Instant last, Instant t, Map<String, Double> values) {
    // A contract until further notice ends at the end of time.
    Instant start = Instant.MAX;
    Instant end = Instant.MIN;
    @Nullable Instant price = null;
    for (Event e : history) {
      String name = e.name().replace('-', '_').replace(' ', '_');
      if (name.equals("contract_ended") || name.equals("closed")) {
        end = end.isBefore(e.occurredAt()) ? end : e.occurredAt();
      } else if (e.kind() == EventKind.CONTRACT) {
        if (name.startsWith("price") || name.startsWith("plan")) {
          price = e.occurredAt();
        }
        Object endsAt = e.properties().get("endsAt");
        if (name.startsWith("contract_") || endsAt != null) {
          Instant newEnd = endsAt == null ? Instant.MAX : instant(endsAt.toString());
          Object startsAt = e.properties().get("startsAt");
          boolean adds = e.occurredAt().isBefore(end) && end.isBefore(newEnd);
          start =
              startsAt != null ? Instant.parse(startsAt.toString()) : adds ? end : e.occurredAt();
          end = newEnd;
        }
      }
    }
    boolean runs = last.isBefore(end);
    boolean openEnded = end.equals(Instant.MAX);
    boolean term = runs && !openEnded;
    values.put("no_contract", runs ? 0.0 : 1.0);
    values.put("open_ended_contract", runs && openEnded ? 1.0 : 0.0);
    values.put("ln1p_contract_days_left", term ? Math.log1p(tenYears(days(t, end))) : 0);
    values.put("ln1p_contract_length", term ? Math.log1p(tenYears(days(start, end))) : 0);
    values.put("no_price_event", price == null ? 1.0 : 0.0);
    values.put(
        "ln1p_days_since_price_event", price == null ? 0 : Math.log1p(tenYears(days(price, last))));
  }

  private static Instant instant(String text) {
    return text.length() > 10
        ? Instant.parse(text)
        : LocalDate.parse(text).plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
  }

  private static void complaints(List<Event> history, Map<String, Double> values) {
    Map<String, Instant> opened = new HashMap<>();
    Map<String, Integer> severity = new HashMap<>();
    List<Double> hours = new ArrayList<>();
    for (Event e : only(history, EventKind.COMPLAINT)) {
      String id = String.valueOf(e.properties().get("complaintId"));
      if (e.name().endsWith("closed")) {
        Instant since = opened.remove(id);
        severity.remove(id);
        if (since != null) {
          hours.add(24 * days(since, e.occurredAt()));
        }
        continue;
      }
      if (e.name().endsWith("opened")) {
        opened.putIfAbsent(id, e.occurredAt());
      }
      if (opened.containsKey(id) && e.properties().get("severity") instanceof Integer stated) {
        severity.put(id, stated);
      }
    }
    values.put(
        "complaint_severity",
        severity.values().stream().mapToDouble(Integer::doubleValue).max().orElse(0));
    values.put("no_closed_complaint", hours.isEmpty() ? 1.0 : 0.0);
    values.put("ln1p_resolution_hours", Math.log1p(recent(hours, 0.3)));
  }

  /** The newest counts {@code alpha}, each before it (1 - alpha) times the next; the first rest. */
  private static double recent(List<Double> values, double alpha) {
    double sum = 0;
    for (int i = 0; i < values.size(); i++) {
      double age = values.size() - 1 - i;
      sum += values.get(i) * Math.pow(1 - alpha, age) * (i == 0 ? 1 : alpha);
    }
    return sum;
  }

  private static void contacts(List<Event> history, Instant last, Map<String, Double> values) {
    List<Event> calls = only(history, EventKind.INTERACTION);
    List<Event> repeats = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      Event call = calls.get(i);
      Object topic = call.properties().get("topic");
      boolean repeated =
          topic != null
              && calls.subList(0, i).stream()
                  .filter(e -> topic.equals(e.properties().get("topic")))
                  .anyMatch(e -> minute(call) - minute(e) <= 7 * 24 * 60);
      if (repeated) {
        repeats.add(call);
      }
    }
    values.put("repeat_contacts_30", decayed(repeats, last, 30, e -> true));
    List<Event> ours = only(history, EventKind.OUTBOUND);
    values.put(
        "unanswered_90",
        decayed(ours, last, 90, e -> "no-answer".equals(e.properties().get("outcome"))));
    values.put("never_contacted", ours.isEmpty() ? 1.0 : 0.0);
    values.put(
        "ln1p_days_since_outbound",
        ours.isEmpty()
            ? 0
            : Math.log1p(tenYears(days(ours.get(ours.size() - 1).occurredAt(), last))));
  }

  private static long minute(Event e) {
    return Math.floorDiv(e.occurredAt().getEpochSecond(), 60L);
  }

  private static void channels(List<Event> history, Instant last, Map<String, Double> values) {
    List<Event> theirs =
        history.stream()
            .filter(e -> e.channel() != null && e.kind() != EventKind.OUTBOUND)
            .toList();
    double all = decayed(theirs, last, 90, e -> true);
    Map<String, Set<String>> groups =
        Map.of(
            "channel_phone", Set.of("Phone"),
            "channel_digital", Set.of("app", "web"),
            "channel_chat", Set.of("chat"),
            "channel_store", Set.of("shop"));
    groups.forEach(
        (name, group) ->
            values.put(
                name,
                all == 0
                    ? 0
                    : decayed(theirs, last, 90, e -> group.contains(String.valueOf(e.channel())))
                        / all));
  }

  private static void uses(
      List<Event> history, Instant last, Instant t, Map<String, Double> values) {
    List<Event> uses = uses(history);
    values.put(
        "failed_7",
        decayed(
            uses,
            last,
            7,
            e ->
                e.name().contains("failed")
                    || e.name().contains("declined")
                    || "Timeout".equals(e.properties().get("outcome"))));
    Instant lastUse = uses.get(uses.size() - 1).occurredAt();
    values.put("ln1p_breadth", Math.log1p(breadth(history, uses, t, 30)));
    values.put(
        "breadth_trend",
        Math.log(breadth(history, uses, lastUse, 30) / breadth(history, uses, lastUse, 90)));
    values.put("hour_shift", hourShift(uses));
  }

  private static double breadth(List<Event> history, List<Event> uses, Instant t, double half) {
    Map<String, Instant> lastOfName = new HashMap<>();
    uses.forEach(e -> lastOfName.put(e.name(), e.occurredAt()));
    return lastOfName.values().stream()
        .mapToDouble(at -> Math.pow(2, -(days(at, t) - suspended(history, at, t)) / half))
        .sum();
  }

  /** Days suspended between two instants. */
  private static double suspended(List<Event> history, Instant from, Instant to) {
    double days = 0;
    @Nullable Instant since = null;
    for (Event e : only(history, EventKind.STATUS)) {
      if (e.name().equals("suspended")) {
        since = since == null ? e.occurredAt() : since;
      } else if (since != null) {
        days += overlap(since, e.occurredAt(), from, to);
        since = null;
      }
    }
    return since == null ? days : days + overlap(since, to, from, to);
  }

  private static double overlap(Instant since, Instant until, Instant from, Instant to) {
    Instant begins = since.isAfter(from) ? since : from;
    Instant ends = until.isBefore(to) ? until : to;
    return ends.isAfter(begins) ? days(begins, ends) : 0;
  }

  private static double hourShift(List<Event> uses) {
    List<Double> cos = new ArrayList<>();
    List<Double> sin = new ArrayList<>();
    for (Event e : uses) {
      double angle =
          2 * Math.PI * Math.floorMod(e.occurredAt().toEpochMilli(), 86_400_000L) / 864e5;
      cos.add(Math.cos(angle));
      sin.add(Math.sin(angle));
    }
    double x = cos.stream().mapToDouble(v -> v).average().orElseThrow();
    double y = sin.stream().mapToDouble(v -> v).average().orElseThrow();
    double recentX = recent(cos, 0.1);
    double recentY = recent(sin, 0.1);
    if (Math.hypot(x, y) < 0.1 || Math.hypot(recentX, recentY) < 0.1) {
      return 0;
    }
    double apart = Math.abs(Math.atan2(y, x) - Math.atan2(recentY, recentX)) * 12 / Math.PI;
    return Math.min(apart, 24 - apart);
  }

  private static void opinion(List<Event> history, Map<String, Double> values) {
    @Nullable Double rating = null;
    List<Double> said = new ArrayList<>();
    for (Event e : history) {
      @Nullable Double given = rating(e);
      rating = given == null ? rating : given;
      @Nullable Double sentiment = sentiment(e);
      if (sentiment != null) {
        said.add(sentiment);
      }
    }
    double mean = said.stream().mapToDouble(v -> v).average().orElse(0);
    values.put("last_rating", rating == null ? 3 : rating);
    values.put("no_rating", rating == null ? 1.0 : 0.0);
    values.put("sentiment", recent(said, 0.3));
    values.put("no_sentiment", said.isEmpty() ? 1.0 : 0.0);
    values.put("sentiment_drop", recent(said, 0.3) - mean);
  }

  private static @Nullable Double rating(Event e) {
    if (e.properties().get("rating") instanceof String text) {
      double rating = Double.parseDouble(text);
      return rating >= 1 && rating <= 5 ? rating : null;
    }
    return null;
  }

  private static @Nullable Double sentiment(Event e) {
    if (e.properties().get("sentiment") instanceof Double stated) {
      return stated;
    }
    Double rating = rating(e);
    return rating == null ? null : (rating - 3) / 2;
  }

  private static double silentUnhappy(List<Event> history, Instant last) {
    double said =
        history.stream()
            .map(RecomputedFeaturesTest::sentiment)
            .filter(s -> s != null)
            .reduce(0.0, (before, after) -> after);
    boolean unresolved =
        only(history, EventKind.COMPLAINT).stream()
            .filter(e -> e.name().endsWith("closed"))
            .map(e -> Boolean.FALSE.equals(e.properties().get("resolved")))
            .reduce(false, (before, after) -> after);
    List<Event> uses = uses(history);
    List<Long> days =
        uses.stream().map(e -> e.occurredAt().getEpochSecond() / 86_400).distinct().toList();
    double idle = days(uses.get(uses.size() - 1).occurredAt(), last);
    return (said < -0.3 || unresolved) && rate(days, idle, 30) < 0.6 * rate(days, idle, 90) ? 1 : 0;
  }

  private static double rate(List<Long> days, double idle, double half) {
    long lastDay = days.get(days.size() - 1);
    double sum =
        days.stream().mapToDouble(day -> Math.pow(2, -(lastDay - day + idle) / half)).sum();
    double seen = 1 - Math.pow(2, -(lastDay - days.get(0) + idle + 1) / half);
    return sum * Math.log(2) / half / seen;
  }

  private static List<Event> only(List<Event> history, EventKind kind) {
    return history.stream().filter(e -> e.kind() == kind).toList();
  }

  private static List<Event> uses(List<Event> history) {
    return history.stream().filter(e -> e.kind().isUse()).toList();
  }

  private static double decayed(
      List<Event> events, Instant at, double halfLifeDays, Predicate<Event> which) {
    return events.stream()
        .filter(which)
        .mapToDouble(e -> e.count() * Math.pow(2, -days(e.occurredAt(), at) / halfLifeDays))
        .sum();
  }

  /** Days count from none to ten years. */
  private static double tenYears(double days) {
    return Math.min(3_650, Math.max(0, days));
  }

  private static double days(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 86_400_000.0;
  }

  @Test
  void ofManyNamesTheLastSixteenCount() {
    List<Event> uses = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      uses.add(event("u" + i, EventKind.USAGE, "thing " + i, START.plusSeconds(60L * i)));
    }

    assertThat(at(state(uses), 1, "ln1p_breadth"))
        .isCloseTo(Math.log1p(16 * Math.pow(2, -1 / 30.0)), within(0.01));
  }

  @Test
  void aContractsEndDrawsNearerInSilenceAndThenIsReached() {
    ActivityState state =
        state(
            List.of(
                event(
                    "a",
                    EventKind.CONTRACT,
                    "contract-signed",
                    START,
                    Map.of("endsAt", START.plus(Duration.ofDays(30)).toString()))));

    assertThat(at(state, 0, "ln1p_contract_days_left")).isCloseTo(Math.log1p(30), within(1e-5));
    assertThat(at(state, 29, "ln1p_contract_days_left")).isCloseTo(Math.log1p(1), within(1e-5));
    assertThat(at(state, 31, "ln1p_contract_days_left")).isZero();
    assertThat(at(state, 31, "no_contract")).isZero();
    assertThat(at(state, 31, "ln1p_contract_length")).isCloseTo(Math.log1p(30), within(1e-5));
  }

  @Test
  void aShiftFromMorningsToEveningsShows() {
    List<Event> uses = new ArrayList<>();
    for (int day = 0; day < 60; day++) {
      int hour = day < 50 ? 8 : 20;
      uses.add(use("u" + day, START.plus(Duration.ofHours(24L * day + hour))));
    }

    assertThat(at(state(uses.subList(0, 50)), 50, "hour_shift")).isCloseTo(0, within(1e-4));
    assertThat(at(state(uses), 60, "hour_shift")).isCloseTo(12, within(1e-3));
  }

  @Test
  void channelsAreKnownByTheirUsualNames() {
    for (String word : List.of("Phone", "call-center", "IVR")) {
      assertThat(ChannelMix.of(word)).as(word).isEqualTo(ChannelMix.PHONE);
    }
    for (String word : List.of("app", "WEB", "mobile")) {
      assertThat(ChannelMix.of(word)).as(word).isEqualTo(ChannelMix.DIGITAL);
    }
    for (String word : List.of("WeChat", "chat", "social")) {
      assertThat(ChannelMix.of(word)).as(word.toLowerCase(Locale.ROOT)).isEqualTo(ChannelMix.CHAT);
    }
    assertThat(ChannelMix.of("store")).isEqualTo(ChannelMix.STORE);
  }

  @Test
  void whoIsUnhappyAndUsesItLessIsSilentlyUnhappy() {
    List<Event> history = new ArrayList<>();
    for (int day = 0; day < 100; day++) {
      history.add(use("u" + day, START.plus(Duration.ofDays(day))));
    }
    Instant said = START.plus(Duration.ofDays(100));
    history.add(event("f", EventKind.FEEDBACK, "survey", said, Map.of("rating", 2)));
    assertThat(at(state(history), 200, "silent_unhappy")).as("uses it as before").isZero();

    Instant later = START.plus(Duration.ofDays(160));
    history.add(event("m", EventKind.OUTBOUND, "mail", later));
    assertThat(at(state(history), 200, "silent_unhappy")).isEqualTo(1);

    history.add(
        event("g", EventKind.FEEDBACK, "survey", later.plusSeconds(1), Map.of("rating", 4)));
    assertThat(at(state(history), 200, "silent_unhappy")).as("happy again").isZero();

    history.add(
        event(
            "z",
            EventKind.COMPLAINT,
            "complaint closed",
            later.plusSeconds(2),
            Map.of("outcome", "unresolved")));
    assertThat(at(state(history), 200, "silent_unhappy")).isEqualTo(1);
  }

  private static double at(ActivityState state, int day, String feature) {
    float[] features = Features.of(state, START.plus(Duration.ofDays(day)), Priors.standard());
    return features[SCHEMA.indexOf(feature)];
  }
}
