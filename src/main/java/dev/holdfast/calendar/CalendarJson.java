package dev.holdfast.calendar;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.activity.OperationalCalendar.Outage;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The calendar as people write it: {@code zone} (default UTC), {@code weekdays} (seven weights from
 * Monday, default all alike), {@code days} (a date, or two with a slash between, to a weight or to
 * the weekday whose weight it has) and {@code outages} (each with {@code from} and {@code to}).
 */
public final class CalendarJson {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> FIELDS = List.of("zone", "weekdays", "days", "outages");
  // As a calendar is shown; it follows from the rest.
  private static final String VERSION = "version";
  private static final List<Double> ALIKE = List.of(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0);

  private CalendarJson() {}

  /**
   * Reads a calendar.
   *
   * @throws IllegalArgumentException naming the field that is wrong and what it should be
   */
  public static OperationalCalendar read(JsonNode document) {
    require(document.isObject(), "a calendar is an object with " + FIELDS);
    for (Iterator<String> names = document.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      require(
          FIELDS.contains(name) || name.equals(VERSION),
          "a calendar has no field " + name + "; it has " + FIELDS);
    }
    List<Double> weekdays = weekdays(document.path("weekdays"));
    // Single days may name a weekday, whose weight is known once the mean is 1.
    List<Double> ofMeanOne =
        OperationalCalendar.of(ZoneOffset.UTC, weekdays, Map.of(), List.of()).weekdays();
    return OperationalCalendar.of(
        zone(document.path("zone")),
        weekdays,
        days(document.path("days"), ofMeanOne),
        outages(document.path("outages")));
  }

  static OperationalCalendar read(String document) {
    try {
      return read(JSON.readTree(document));
    } catch (JsonProcessingException malformed) {
      throw new IllegalStateException("a stored calendar is not JSON", malformed);
    }
  }

  /** The calendar with all fields; reading it gives the same version. */
  public static ObjectNode write(OperationalCalendar calendar) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("zone", calendar.zone().getId());
    calendar.weekdays().forEach(document.putArray("weekdays")::add);
    ObjectNode days = document.putObject("days");
    calendar.days().forEach((day, weight) -> days.put(day.toString(), weight));
    document.putArray("outages");
    for (Outage outage : calendar.outages()) {
      document
          .withArray("outages")
          .addObject()
          .put("from", outage.from().toString())
          .put("to", outage.to().toString());
    }
    return document;
  }

  private static ZoneId zone(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return ZoneOffset.UTC;
    }
    try {
      return ZoneId.of(node.asText());
    } catch (DateTimeException unknown) {
      throw new IllegalArgumentException(
          "zone must be one such as Europe/Berlin, was " + node, unknown);
    }
  }

  private static List<Double> weekdays(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return ALIKE;
    }
    List<Double> weights = new ArrayList<>();
    node.forEach(weight -> weights.add(weight.isNumber() ? weight.asDouble() : Double.NaN));
    require(
        node.isArray() && weights.size() == 7 && !weights.contains(Double.NaN),
        "weekdays must be seven weights from Monday, such as [1, 1, 1, 1, 1, 0, 0], was " + node);
    return weights;
  }

  private static Map<LocalDate, Double> days(JsonNode node, List<Double> weekdays) {
    require(
        node.isMissingNode() || node.isNull() || node.isObject(),
        "days must be dates with their weights, such as {\"2026-12-25\": 0}, was " + node);
    Map<LocalDate, Double> days = new TreeMap<>();
    node.fields()
        .forEachRemaining(
            entry -> {
              String[] ends = entry.getKey().split("/", 2);
              LocalDate first = date(ends[0]);
              LocalDate last = date(ends[ends.length - 1]);
              require(
                  !last.isBefore(first) && first.plusDays(366).isAfter(last),
                  entry.getKey() + " must be at most a year, from the earlier day to the later");
              double weight = weight(entry.getKey(), entry.getValue(), weekdays);
              first.datesUntil(last.plusDays(1)).forEach(day -> days.put(day, weight));
            });
    return days;
  }

  private static double weight(String day, JsonNode value, List<Double> weekdays) {
    if (value.isNumber()) {
      return value.asDouble();
    }
    for (DayOfWeek weekday : DayOfWeek.values()) {
      if (value.isTextual() && weekday.name().equals(value.asText().toUpperCase(Locale.ROOT))) {
        return weekdays.get(weekday.ordinal());
      }
    }
    throw new IllegalArgumentException(
        "the day "
            + day
            + " must have a weight or be like a weekday, such as friday; was "
            + value);
  }

  private static LocalDate date(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException malformed) {
      throw new IllegalArgumentException(
          "a day must be a date such as 2026-12-25, was " + text, malformed);
    }
  }

  private static List<Outage> outages(JsonNode node) {
    require(
        node.isMissingNode() || node.isNull() || node.isArray(),
        "outages must be a list, each with from and to, was " + node);
    List<Outage> outages = new ArrayList<>();
    for (JsonNode outage : node) {
      require(
          outage.isObject() && outage.size() == 2,
          "an outage has the two fields from and to, was " + outage);
      outages.add(new Outage(instant(outage, "from"), instant(outage, "to")));
    }
    return outages;
  }

  private static Instant instant(JsonNode outage, String field) {
    try {
      return Instant.parse(outage.path(field).asText());
    } catch (DateTimeException malformed) {
      throw new IllegalArgumentException(
          field + " of an outage must be an instant such as 2026-03-01T04:00:00Z, was " + outage,
          malformed);
    }
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
