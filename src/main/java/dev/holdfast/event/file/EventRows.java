package dev.holdfast.event.file;

import dev.holdfast.event.BadEvent;
import dev.holdfast.event.CustomerName;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventJson;
import dev.holdfast.event.EventKey;
import dev.holdfast.event.EventKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes events from the rows of one file. The id of an event is a column, or else follows from the
 * source, the text of the line and how often the same line came before: the same file gives the
 * same ids, whatever it is called and however it is compressed or encoded.
 */
final class EventRows {

  private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9899-12-31T00:00:00Z");
  private static final BigDecimal MAX_COUNT = BigDecimal.valueOf(1_000_000_000);
  private static final int MAX_TEXT = 100;
  private static final int MAX_ID = 200;
  private static final int MAX_CHANNEL = 40;

  private final String source;
  private final Instant notAfter;
  private final ImportMap.RowCheck rules;
  private final Cell.@Nullable Reader<String> id;
  private final Cell.Reader<CustomerName> customer;
  private final Cell.Reader<String> name;
  private final Cell.Reader<EventKind> kind;
  private final Cell.Reader<Instant> occurredAt;
  private final Cell.@Nullable Reader<Instant> availableAt;
  private final Cell.@Nullable Reader<BigDecimal> count;
  private final Cell.@Nullable Reader<BigDecimal> amount;
  private final @Nullable String currency;
  private final Cell.@Nullable Reader<String> channel;
  private final List<String> propertyNames;
  private final List<Cell.Reader<String>> properties;
  private final LineOrdinals ordinals = new LineOrdinals();

  /**
   * @param notAfter rows that happened later are refused: it is not yet so late
   */
  EventRows(ImportMap map, RowReader reader, Instant notAfter) {
    this.source = map.source().name();
    this.notAfter = notAfter;
    this.rules = map.bindRules(reader);
    ImportMap.EventColumns columns = map.event();
    this.id = bind(columns.id(), reader);
    this.customer = columns.customer().bind(reader);
    this.name = columns.name().bind(reader);
    this.kind = columns.kind().bind(reader);
    this.occurredAt = columns.occurredAt().bind(reader);
    this.availableAt = bind(columns.availableAt(), reader);
    this.count = bind(columns.count(), reader);
    this.amount = bind(columns.amount(), reader);
    this.currency = columns.currency();
    this.channel = bind(columns.channel(), reader);
    this.propertyNames = columns.properties();
    this.properties =
        columns.properties().stream().map(column -> Cell.column(column).bind(reader)).toList();
  }

  private static <T> Cell.@Nullable Reader<T> bind(
      Cell.@Nullable Source<T> source, RowReader reader) {
    return source == null ? null : source.bind(reader);
  }

  /** The event of a row. */
  Event event(Row row) throws RowRejected {
    if (row.problem() != null) {
      throw new RowRejected("the line cannot be read", row.problem());
    }
    rules.check(row);
    Instant happened = occurredAt.read(row).truncatedTo(ChronoUnit.MICROS);
    Instant available = availableAt == null ? happened : availableAt.read(row);
    requireInTime(happened, available);
    BigDecimal money = amount == null ? null : stored(amount.read(row));
    String where = channel == null ? "" : channel.read(row);
    Event event =
        new Event(
            id == null ? lineId(row.raw()) : required("id", id.read(row), MAX_ID),
            source,
            customer.read(row).toString(),
            required("name", name.read(row), MAX_TEXT),
            kind.read(row),
            happened,
            available.truncatedTo(ChronoUnit.MICROS),
            availableAt == null,
            count == null ? 1 : count(count.read(row)),
            money,
            money == null ? null : currency,
            where.isEmpty() ? null : required("channel", where, MAX_CHANNEL),
            properties(row),
            true);
    if (row.raw().length() > EventJson.MAX_BYTES / 8) {
      // Only a long line can make a value that the stream would refuse.
      int bytes = EventJson.write(event).length;
      if (bytes > EventJson.MAX_BYTES) {
        throw new RowRejected(
            "the event is too large",
            "the event has "
                + bytes
                + " bytes; name fewer properties, at most "
                + EventJson.MAX_BYTES
                + " are taken");
      }
    }
    return event;
  }

  private String lineId(String line) {
    return "line-" + EventKey.of(source, ordinals.next(line) + "\n" + line);
  }

  private void requireInTime(Instant happened, Instant available) throws RowRejected {
    if (happened.isBefore(EARLIEST)) {
      throw new RowRejected("it happened before 1900", "it happened before 1900: " + happened);
    }
    if (happened.isAfter(notAfter.plus(EventJson.MAX_AHEAD))) {
      throw new RowRejected(
          "it happened after the business clock's now",
          "it happened at " + happened + ", after the business clock's now " + notAfter);
    }
    if (available.isAfter(LATEST)) {
      throw new RowRejected(
          "it is available after the year 9899", "it is available after 9899: " + available);
    }
    if (happened.isAfter(available) && happened.minus(EventJson.MAX_AHEAD).isAfter(available)) {
      throw new RowRejected(
          "it was available before it happened",
          "it was available at " + available + " and happened at " + happened);
    }
  }

  private static BigDecimal stored(BigDecimal amount) throws RowRejected {
    try {
      return EventJson.storedAmount(amount);
    } catch (BadEvent e) {
      throw new RowRejected("the amount is out of range", e.detail());
    }
  }

  private static int count(BigDecimal count) throws RowRejected {
    try {
      if (count.signum() > 0 && count.compareTo(MAX_COUNT) <= 0) {
        return count.intValueExact();
      }
    } catch (ArithmeticException e) {
      // Refused below.
    }
    String rule = "count must be a whole number in [1, " + MAX_COUNT + "]";
    throw new RowRejected(rule, rule + ", was " + count);
  }

  private static String required(String what, String text, int max) throws RowRejected {
    if (text.isEmpty()
        || text.length() > max
        || text.chars().anyMatch(Character::isISOControl)
        || (what.equals("id") && text.startsWith("key:"))) {
      String rule = what + " must have 1 to " + max + " plain characters";
      throw new RowRejected(
          rule,
          rule + ", was \"" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "\"");
    }
    return text;
  }

  private Map<String, Object> properties(Row row) throws RowRejected {
    if (properties.isEmpty()) {
      return Map.of();
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < properties.size(); i++) {
      String value = properties.get(i).read(row);
      if (!value.isEmpty()) {
        values.put(propertyNames.get(i), value);
      }
    }
    return values;
  }
}
