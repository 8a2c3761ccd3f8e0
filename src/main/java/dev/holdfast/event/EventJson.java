package dev.holdfast.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdfast.event.BadEvent.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The event on the wire: one JSON object, the same over HTTP and in Kafka.
 *
 * <pre>{@code
 * {"id","source","customer":"namespace:value","name","kind"?,"occurredAt","count"?,"amount"?,
 *  "currency"?,"channel"?,"properties"?}
 * }</pre>
 *
 * <p>Unknown fields are tolerated, wrong ones are not: nothing is guessed, cut or replaced. What is
 * read is already as the database keeps it (instants to the microsecond, amounts to four decimals,
 * half to even), so that a live event and the same event read back are equal.
 */
public final class EventJson {

  /** Longest value in bytes. */
  public static final int MAX_BYTES = 32 * 1024;

  /** Deepest nesting, the object itself included. */
  public static final int MAX_DEPTH = 32;

  /** How far a sender's clock may run ahead of ours. */
  public static final Duration MAX_AHEAD = Duration.ofMinutes(5);

  private static final int MAX_STRING = 64 * 1024;
  private static final int MAX_NUMBER = 64;
  private static final int MAX_FIELD_NAME = 256;
  static final int MAX_CHANNEL = 40;
  static final int MAX_NAME = 100;
  static final int MAX_ID = 200;
  static final int MAX_COUNT = 1_000_000_000;
  private static final int AMOUNT_SCALE = 4;
  private static final BigDecimal MAX_AMOUNT = new BigDecimal("99999999999999");

  /** Numbers beyond a double's range would cost unbounded memory when written out. */
  static final int MAX_EXPONENT = 308;

  static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");

  static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH)
          .maxStringLength(MAX_STRING)
          .maxNumberLength(MAX_NUMBER)
          .maxNameLength(MAX_FIELD_NAME)
          .build();

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(LIMITS)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private EventJson() {}

  /** As {@link #parse(byte[], EventFacts, KindMapping)} with the standard names. */
  public static Event parse(byte @Nullable [] value, EventFacts facts) throws BadEvent {
    return parse(value, facts, KindMapping.standard());
  }

  /**
   * Reads one event.
   *
   * @param value UTF-8, at most {@link #MAX_BYTES}; null as Kafka's tombstone is empty
   * @param kinds consulted if the event does not say its kind
   * @throws BadEvent if it is anything but a well-formed event
   */
  public static Event parse(byte @Nullable [] value, EventFacts facts, KindMapping kinds)
      throws BadEvent {
    if (value != null && value.length > MAX_BYTES) {
      throw tooLarge(value.length);
    }
    Event plain = value == null ? null : EventReader.read(value, facts, kinds);
    return plain != null ? plain : read(tree(value), facts, kinds);
  }

  /**
   * Reads any JSON text under the limits of depth, lengths and duplicate keys.
   *
   * @throws BadEvent if it is empty, not UTF-8, not JSON or too deep
   */
  static JsonNode tree(byte @Nullable [] value) throws BadEvent {
    if (value == null || value.length == 0) {
      throw new BadEvent(Reason.EMPTY, "the message has no value");
    }
    // Decoded here, because Jackson would also take UTF-16 and UTF-32.
    String text = Utf8.decode(value);
    if (text == null) {
      throw new BadEvent(Reason.NOT_UTF8, "the value must be UTF-8");
    }
    if (text.isBlank()) {
      throw new BadEvent(Reason.EMPTY, "the value is blank");
    }
    try (JsonParser parser = JSON.createParser(text)) {
      return tree(parser);
    } catch (StreamConstraintsException e) {
      boolean depth = e.getOriginalMessage().contains("nesting depth");
      throw new BadEvent(
          depth ? Reason.TOO_DEEP : Reason.NOT_JSON,
          depth
              ? "JSON may be nested at most " + MAX_DEPTH + " deep"
              : at(e) + "a text, name or number is too long: " + e.getOriginalMessage());
    } catch (JsonProcessingException e) {
      throw new BadEvent(Reason.NOT_JSON, at(e) + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory could not be read", e);
    }
  }

  private static JsonNode tree(JsonParser parser) throws IOException, BadEvent {
    try {
      return JSON.readTree(parser);
    } catch (NumberFormatException e) {
      // Thrown for an exponent of more than 32 bits.
      throw new BadEvent(
          Reason.NOT_JSON,
          "at " + parser.getParsingContext().pathAsPointer() + ": a number is out of range");
    }
  }

  /** Reads one event from JSON that {@link #tree} let through. */
  static Event read(JsonNode node, EventFacts facts, KindMapping kinds) throws BadEvent {
    if (!node.isObject()) {
      throw new BadEvent(
          Reason.NOT_JSON,
          "an event must be a JSON object, was "
              + node.getNodeType().name().toLowerCase(Locale.ROOT));
    }
    String id = text(node, "id", MAX_ID);
    if (EventKey.isKeyAsId(id)) {
      throw new BadEvent(Reason.BAD_FIELD, "id must not have the form key:<32 hexadecimal digits>");
    }
    String source = text(node, "source", MAX_NAME);
    String customer = customer(node);
    String name = text(node, "name", MAX_NAME);
    EventKind kind = kind(node, name, kinds);
    Instant occurredAt = occurredAt(node, facts);
    int count = count(node);
    BigDecimal amount = amount(node);
    String currency = currency(node, amount);
    String channel = present(node, "channel") == null ? null : text(node, "channel", MAX_CHANNEL);
    Map<String, Object> properties = properties(node);
    if (kind == EventKind.CONTRACT) {
      requireTerm(properties);
    }
    return new Event(
        id,
        source,
        customer,
        name,
        kind,
        occurredAt,
        facts.availableAt().truncatedTo(ChronoUnit.MICROS),
        facts.assumed(),
        count,
        amount,
        currency,
        channel,
        properties,
        facts.backfill());
  }

  /** The event as UTF-8 JSON, without what the server sets. Equal events give equal bytes. */
  public static byte[] write(Event event) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.getFactory().createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("id", event.id());
      json.writeStringField("source", event.source());
      json.writeStringField("customer", event.customer());
      json.writeStringField("name", event.name());
      json.writeStringField("kind", event.kind().wireName());
      json.writeStringField("occurredAt", event.occurredAt().toString());
      if (event.count() != 1) {
        json.writeNumberField("count", event.count());
      }
      if (event.amount() != null) {
        json.writeNumberField("amount", event.amount());
      }
      if (event.currency() != null) {
        json.writeStringField("currency", event.currency());
      }
      if (event.channel() != null) {
        json.writeStringField("channel", event.channel());
      }
      if (!event.properties().isEmpty()) {
        json.writeFieldName("properties");
        JSON.writeValue(json, event.properties());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("an event could not be written as JSON", e);
    }
    return bytes.toByteArray();
  }

  /** Properties as the table keeps them, or null if there are none. */
  public static @Nullable String writeProperties(Map<String, Object> properties) {
    if (properties.isEmpty()) {
      return null;
    }
    try {
      return JSON.writeValueAsString(properties);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("properties could not be written as JSON", e);
    }
  }

  /** Reads what {@link #writeProperties} wrote. */
  public static Map<String, Object> readProperties(@Nullable String json) {
    if (json == null) {
      return Map.of();
    }
    try {
      return plain(JSON.readTree(json));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("stored properties are not JSON", e);
    }
  }

  static BadEvent tooLarge(int bytes) {
    return new BadEvent(
        Reason.TOO_LARGE, "an event may have at most " + MAX_BYTES + " bytes, had " + bytes);
  }

  private static @Nullable JsonNode present(JsonNode node, String field) {
    JsonNode value = node.get(field);
    return value == null || value.isNull() ? null : value;
  }

  private static String text(JsonNode node, String field, int max) throws BadEvent {
    JsonNode value = present(node, field);
    if (value == null) {
      throw new BadEvent(Reason.MISSING_FIELD, field + " is missing");
    }
    if (!value.isTextual()) {
      throw wrongType(field, "a text", value);
    }
    String text = value.textValue();
    if (text.isBlank() || text.length() > max) {
      throw new BadEvent(
          Reason.BAD_FIELD,
          field + " must have 1 to " + max + " characters, had " + text.strip().length());
    }
    if (!text.equals(text.strip())
        || text.chars().anyMatch(Character::isISOControl)
        || !Utf8.isEncodable(text)) {
      throw new BadEvent(
          Reason.BAD_FIELD,
          field + " must have no blanks at its ends, control characters or half surrogate pairs");
    }
    return text;
  }

  private static String customer(JsonNode node) throws BadEvent {
    String customer = text(node, "customer", Integer.MAX_VALUE);
    try {
      return CustomerName.of(customer).toString();
    } catch (IllegalArgumentException e) {
      throw new BadEvent(Reason.BAD_FIELD, "customer: " + e.getMessage());
    }
  }

  private static EventKind kind(JsonNode node, String name, KindMapping kinds) throws BadEvent {
    JsonNode value = present(node, "kind");
    if (value == null) {
      return kinds
          .kindOf(name)
          .orElseThrow(
              () ->
                  new BadEvent(
                      Reason.UNKNOWN_KIND,
                      "no kind is known for the name \""
                          + name
                          + "\": send \"kind\" or set holdfast.events.kinds.\""
                          + name
                          + "\""));
    }
    if (!value.isTextual()) {
      throw wrongType("kind", "a text", value);
    }
    try {
      return EventKind.of(value.textValue());
    } catch (IllegalArgumentException e) {
      throw new BadEvent(Reason.BAD_FIELD, String.valueOf(e.getMessage()));
    }
  }

  private static Instant occurredAt(JsonNode node, EventFacts facts) throws BadEvent {
    String text = text(node, "occurredAt", 40);
    Instant occurredAt;
    try {
      occurredAt = Instant.parse(text).truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeException e) {
      throw new BadEvent(
          Reason.BAD_FIELD,
          "occurredAt must be an ISO 8601 instant with Z or an offset, was \"" + text + "\"");
    }
    if (occurredAt.isBefore(EARLIEST)) {
      throw new BadEvent(
          Reason.BAD_FIELD, "occurredAt must not be before " + EARLIEST + ", was " + occurredAt);
    }
    if (occurredAt.isAfter(facts.availableAt().plus(MAX_AHEAD))) {
      throw new BadEvent(
          Reason.FUTURE,
          "occurredAt "
              + occurredAt
              + " is more than "
              + MAX_AHEAD.toMinutes()
              + " minutes after "
              + facts.availableAt()
              + ", when it arrived");
    }
    return occurredAt;
  }

  private static void requireTerm(Map<String, Object> properties) throws BadEvent {
    try {
      ContractTerm.of(properties);
    } catch (IllegalArgumentException e) {
      throw new BadEvent(Reason.BAD_FIELD, "properties: " + e.getMessage());
    }
  }

  private static int count(JsonNode node) throws BadEvent {
    JsonNode value = present(node, "count");
    if (value == null) {
      return 1;
    }
    if (!value.isIntegralNumber()) {
      throw wrongType("count", "a whole number", value);
    }
    if (!value.canConvertToInt() || value.intValue() < 1 || value.intValue() > MAX_COUNT) {
      throw new BadEvent(
          Reason.BAD_FIELD, "count must be in [1, " + MAX_COUNT + "], was " + value.asText());
    }
    return value.intValue();
  }

  private static @Nullable BigDecimal amount(JsonNode node) throws BadEvent {
    JsonNode value = present(node, "amount");
    if (value == null) {
      return null;
    }
    if (!value.isNumber()) {
      throw wrongType("amount", "a number", value);
    }
    return storedAmount(value.decimalValue());
  }

  /**
   * An amount as it is stored: four decimals, rounded half to even.
   *
   * @throws BadEvent if its magnitude is above 99,999,999,999,999
   */
  public static BigDecimal storedAmount(BigDecimal amount) throws BadEvent {
    if (amount.abs().compareTo(MAX_AMOUNT) > 0) {
      throw new BadEvent(
          Reason.BAD_FIELD, "amount must be within +-" + MAX_AMOUNT + ", was " + amount);
    }
    if (amount.scale() > MAX_EXPONENT) {
      return BigDecimal.ZERO.setScale(AMOUNT_SCALE);
    }
    return amount.setScale(AMOUNT_SCALE, RoundingMode.HALF_EVEN);
  }

  private static @Nullable String currency(JsonNode node, @Nullable BigDecimal amount)
      throws BadEvent {
    if (present(node, "currency") == null) {
      return null;
    }
    String currency = text(node, "currency", 3);
    if (currency.length() != 3 || !currency.chars().allMatch(c -> c >= 'A' && c <= 'Z')) {
      throw new BadEvent(
          Reason.BAD_FIELD,
          "currency must be an ISO 4217 code of three capitals, was \"" + currency + "\"");
    }
    if (amount == null) {
      throw new BadEvent(Reason.BAD_FIELD, "currency is given without an amount");
    }
    return currency;
  }

  private static Map<String, Object> properties(JsonNode node) throws BadEvent {
    JsonNode value = present(node, "properties");
    if (value == null) {
      return Map.of();
    }
    if (!value.isObject()) {
      throw wrongType("properties", "an object", value);
    }
    requireKeepable("properties", value);
    return plain(value);
  }

  private static void requireKeepable(String path, JsonNode value) throws BadEvent {
    if (value.isTextual() && !Utf8.isEncodable(value.textValue())) {
      throw new BadEvent(Reason.BAD_FIELD, path + " holds half of a surrogate pair");
    }
    if (value.isBigDecimal()) {
      BigDecimal number = value.decimalValue();
      long exponent = (long) number.precision() - number.scale();
      if (Math.abs(exponent) > MAX_EXPONENT) {
        throw new BadEvent(
            Reason.BAD_FIELD, path + " must be within the range of a double, was " + number);
      }
    }
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      if (!Utf8.isEncodable(field.getKey())) {
        throw new BadEvent(Reason.BAD_FIELD, path + " has a name with half a surrogate pair");
      }
      requireKeepable(path + "." + field.getKey(), field.getValue());
    }
    if (value.isArray()) {
      int index = 0;
      for (JsonNode element : value) {
        requireKeepable(path + "[" + index++ + "]", element);
      }
    }
  }

  /** Fields that are null are left out, as if they had not been sent. */
  private static Map<String, Object> plain(JsonNode object) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      Object value = plainValue(field.getValue());
      if (value != null) {
        properties.put(field.getKey(), value);
      }
    }
    return properties;
  }

  private static @Nullable Object plainValue(JsonNode value) {
    if (value.isObject()) {
      return plain(value);
    }
    if (value.isArray()) {
      List<@Nullable Object> elements = new ArrayList<>(value.size());
      value.forEach(element -> elements.add(plainValue(element)));
      return elements;
    }
    if (value.isTextual()) {
      return value.textValue();
    }
    if (value.isNumber()) {
      return value.numberValue();
    }
    return value.isBoolean() ? value.booleanValue() : null;
  }

  private static BadEvent wrongType(String field, String wanted, JsonNode was) {
    return new BadEvent(
        Reason.BAD_FIELD,
        field
            + " must be "
            + wanted
            + ", was "
            + was.getNodeType().name().toLowerCase(Locale.ROOT));
  }

  private static String at(JsonProcessingException e) {
    if (e.getProcessor() instanceof JsonParser parser) {
      String pointer = parser.getParsingContext().pathAsPointer().toString();
      return pointer.isEmpty() ? "" : "at " + pointer + ": ";
    }
    return "";
  }
}
