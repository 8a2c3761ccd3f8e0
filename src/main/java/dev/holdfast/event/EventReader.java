package dev.holdfast.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the ordinary event in one pass over its bytes, several times as fast as by a tree.
 *
 * <p>It takes only what is certainly well-formed, and gives exactly what {@link EventJson} makes of
 * the tree. At the first thing out of the ordinary it gives up, whether that is wrong or merely
 * rare: the tree then decides, and its refusal names the fault.
 */
final class EventReader {

  private static final JsonFactory JSON =
      JsonFactory.builder().streamReadConstraints(EventJson.LIMITS).build();

  /** Thrown where the tree has to decide; says nothing and costs nothing. */
  private static final class OutOfTheOrdinary extends Exception {
    private static final long serialVersionUID = 1L;

    OutOfTheOrdinary() {
      super(null, null, false, false);
    }
  }

  private static final OutOfTheOrdinary GIVE_UP = new OutOfTheOrdinary();

  private @Nullable String id;
  private @Nullable String source;
  private @Nullable String customer;
  private @Nullable String name;
  private @Nullable String kind;
  private @Nullable String occurredAt;
  private int count;
  private @Nullable BigDecimal amount;
  private @Nullable String currency;
  private @Nullable String channel;
  private @Nullable Map<String, Object> properties;

  private EventReader() {}

  /** The event; null if the tree has to decide. */
  static @Nullable Event read(byte[] value, EventFacts facts, KindMapping kinds) {
    try (JsonParser json = parser(value, '{')) {
      json.nextToken();
      Event event = one(json, facts, kinds);
      return json.nextToken() == null ? event : null;
    } catch (IOException | NumberFormatException | OutOfTheOrdinary | BadEvent undecided) {
      return null;
    }
  }

  /**
   * The events of an array; null if the tree has to decide.
   *
   * @param most the array has at least one event and at most so many
   */
  static @Nullable List<Event> readAll(
      byte[] value, EventFacts facts, KindMapping kinds, int most) {
    try (JsonParser json = parser(value, '[')) {
      json.nextToken();
      List<Event> events = new ArrayList<>();
      while (json.nextToken() == JsonToken.START_OBJECT) {
        require(events.size() < most);
        events.add(one(json, facts, kinds));
      }
      require(json.currentToken() == JsonToken.END_ARRAY && !events.isEmpty());
      return json.nextToken() == null ? events : null;
    } catch (IOException | NumberFormatException | OutOfTheOrdinary | BadEvent undecided) {
      return null;
    }
  }

  private static Event one(JsonParser json, EventFacts facts, KindMapping kinds)
      throws IOException, OutOfTheOrdinary, BadEvent {
    EventReader reader = new EventReader();
    reader.readFields(json);
    return reader.event(facts, kinds);
  }

  private static JsonParser parser(byte[] value, char first) throws IOException, OutOfTheOrdinary {
    require(value.length >= 2 && value[0] == first && value[1] != 0);
    byte all = 0;
    for (byte one : value) {
      all |= one;
    }
    if (all >= 0) {
      // Plain ASCII; as text would take twice the time.
      return JSON.createParser(value);
    }
    String text = Utf8.decode(value);
    if (text == null) {
      throw GIVE_UP;
    }
    return JSON.createParser(text);
  }

  private void readFields(JsonParser json) throws IOException, OutOfTheOrdinary {
    for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
      json.nextToken();
      switch (field) {
        case "id" -> id = text(json, id, EventJson.MAX_ID);
        case "source" -> source = text(json, source, EventJson.MAX_NAME);
        case "customer" -> customer = text(json, customer, Integer.MAX_VALUE);
        case "name" -> name = text(json, name, EventJson.MAX_NAME);
        case "kind" -> kind = text(json, kind, EventJson.MAX_NAME);
        case "occurredAt" -> occurredAt = text(json, occurredAt, 40);
        case "currency" -> currency = text(json, currency, 3);
        case "channel" -> channel = text(json, channel, EventJson.MAX_CHANNEL);
        case "count" -> {
          require(count == 0 && json.currentToken() == JsonToken.VALUE_NUMBER_INT);
          count = json.getIntValue();
          require(count >= 1 && count <= EventJson.MAX_COUNT);
        }
        case "amount" -> {
          require(amount == null && json.currentToken().isNumeric());
          amount = json.getDecimalValue();
        }
        case "properties" -> {
          require(properties == null && json.currentToken() == JsonToken.START_OBJECT);
          properties = object(json);
        }
        default -> throw GIVE_UP;
      }
    }
    require(json.currentToken() == JsonToken.END_OBJECT);
  }

  private static void require(boolean ordinary) throws OutOfTheOrdinary {
    if (!ordinary) {
      throw GIVE_UP;
    }
  }

  private static String text(JsonParser json, @Nullable String before, int max)
      throws IOException, OutOfTheOrdinary {
    require(before == null && json.currentToken() == JsonToken.VALUE_STRING);
    String text = json.getText();
    int length = text.length();
    require(length >= 1 && length <= max);
    require(Utf8.isVisible(text));
    return text;
  }

  private static Map<String, Object> object(JsonParser json) throws IOException, OutOfTheOrdinary {
    Map<String, Object> object = new LinkedHashMap<>();
    for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
      require(Utf8.isEncodable(field));
      json.nextToken();
      require(object.put(field, value(json)) == null);
    }
    require(json.currentToken() == JsonToken.END_OBJECT);
    return object;
  }

  private static Object value(JsonParser json) throws IOException, OutOfTheOrdinary {
    JsonToken token = json.currentToken();
    return switch (token) {
      case VALUE_STRING -> {
        String text = json.getText();
        require(Utf8.isEncodable(text));
        yield text;
      }
      case VALUE_NUMBER_INT -> json.getNumberValue();
      case VALUE_NUMBER_FLOAT -> {
        BigDecimal number = json.getDecimalValue();
        require(
            Math.abs((long) number.precision() - number.scale()) < EventJson.MAX_EXPONENT
                && number.scale() < EventJson.MAX_EXPONENT);
        // As the tree keeps numbers.
        yield number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
      }
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case START_OBJECT -> object(json);
      case START_ARRAY -> {
        List<@Nullable Object> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          elements.add(value(json));
        }
        yield elements;
      }
      default -> throw GIVE_UP;
    };
  }

  private Event event(EventFacts facts, KindMapping kinds) throws OutOfTheOrdinary, BadEvent {
    String id = this.id;
    String source = this.source;
    String customer = this.customer;
    String name = this.name;
    String at = occurredAt;
    if (id == null || source == null || customer == null || name == null || at == null) {
      throw GIVE_UP;
    }
    require(!EventKey.isKeyAsId(id) && CustomerName.isOrdinary(customer));
    Instant occurred = IsoInstant.parse(at);
    if (occurred == null) {
      throw GIVE_UP;
    }
    occurred = occurred.truncatedTo(ChronoUnit.MICROS);
    require(
        !occurred.isBefore(EventJson.EARLIEST)
            && !occurred.isAfter(facts.availableAt().plus(EventJson.MAX_AHEAD)));
    require(currency == null || amount != null && isCurrency(currency));
    return new Event(
        id,
        source,
        customer,
        name,
        kind(name, kinds),
        occurred,
        facts.availableAt().truncatedTo(ChronoUnit.MICROS),
        facts.assumed(),
        count == 0 ? 1 : count,
        amount == null ? null : EventJson.storedAmount(amount),
        currency,
        channel,
        properties == null ? Map.of() : properties,
        facts.backfill());
  }

  private EventKind kind(String name, KindMapping kinds) throws OutOfTheOrdinary {
    EventKind found = kind == null ? kinds.kindOf(name).orElse(null) : EventKind.byWireName(kind);
    // A contract's dates are checked by the tree's way.
    if (found == null || found == EventKind.CONTRACT) {
      throw GIVE_UP;
    }
    return found;
  }

  private static boolean isCurrency(String currency) {
    for (int i = 0; i < currency.length(); i++) {
      if (currency.charAt(i) < 'A' || currency.charAt(i) > 'Z') {
        return false;
      }
    }
    return currency.length() == 3;
  }
}
