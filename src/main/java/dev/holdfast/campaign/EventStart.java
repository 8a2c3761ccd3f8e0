package dev.holdfast.campaign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.event.Event;
import dev.holdfast.platform.Problem;
import org.jspecify.annotations.Nullable;

/** A {@link StartEvent} that was read: which events begin a campaign, none of a date. Immutable. */
final class EventStart {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROPERTY = "property.";

  private final StartEvent said;
  private final SegmentExpression match;

  private EventStart(StartEvent said) {
    this.said = said;
    this.match =
        SegmentExpression.parse(
            said.match() == null ? "" : said.match(),
            EventStart::known,
            "amount, currency, count, channel, name, source or property.FIELD");
  }

  /**
   * Which events are meant.
   *
   * @throws Problem 400 if neither an event nor a date is said, or both are, or the condition
   *     cannot be read
   */
  static EventStart of(StartEvent said) {
    boolean event = said.kind() != null || said.name() != null;
    if (event == said.byDate()) {
      throw Problem.badRequest(
          event
              ? "startsWith has an event or a dateField, not both"
              : "startsWith needs the kind or the name of the event, or both, or a dateField");
    }
    if (event ? said.daysBefore() != null : said.match() != null) {
      throw Problem.badRequest(
          "startsWith." + (event ? "daysBefore is of a dateField" : "match is of an event"));
    }
    try {
      return new EventStart(said);
    } catch (SegmentExpression.Unreadable why) {
      throw Problem.badRequest("startsWith.match: " + why.getMessage());
    }
  }

  /** As it is stored. */
  static String write(StartEvent said) {
    of(said);
    try {
      return JSON.writeValueAsString(said);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("the start of a campaign can always be written", impossible);
    }
  }

  /** From what is stored; null of none. */
  static @Nullable StartEvent read(@Nullable String stored) {
    try {
      return stored == null ? null : JSON.readValue(stored, StartEvent.class);
    } catch (JsonProcessingException malformed) {
      throw new IllegalStateException("the start of a campaign is not JSON", malformed);
    }
  }

  /** What was said. */
  StartEvent said() {
    return said;
  }

  /** True if the event begins the campaign. */
  boolean includes(Event event) {
    return !said.byDate()
        && (said.kind() == null || said.kind() == event.kind())
        && (said.name() == null || said.name().equals(event.name()))
        && match.includes(name -> valueOf(name, event));
  }

  private static boolean known(String name) {
    return switch (name) {
      case "amount", "currency", "count", "channel", "name", "source" -> true;
      default -> name.startsWith(PROPERTY) && name.length() > PROPERTY.length();
    };
  }

  private static @Nullable Object valueOf(String name, Event event) {
    return switch (name) {
      case "amount" -> event.amount();
      case "currency" -> event.currency();
      case "count" -> event.count();
      case "channel" -> event.channel();
      case "name" -> event.name();
      case "source" -> event.source();
      default -> event.properties().get(name.substring(PROPERTY.length()));
    };
  }
}
