package dev.holdfast.event;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.access.Roles;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes events over HTTP. All or nothing: one bad event, and none of its request is sent. */
@Path("/api/v1/events")
@RolesAllowed({Roles.SERVICE, Roles.OPERATOR})
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
class EventsResource {

  private static final int MAX_EVENTS = 2_500;
  private static final int MAX_BODY = 500 * 1024;
  private static final int MAX_ERRORS = 100;

  private final EventLog log;
  private final KindMapping kinds;
  private final BusinessClock clock;

  EventsResource(EventLog log, KindMapping kinds, BusinessClock clock) {
    this.log = log;
    this.kinds = kinds;
    this.clock = clock;
  }

  /** How many events are on the log now. */
  record Accepted(int accepted) {}

  /**
   * What is wrong with one event.
   *
   * @param pointer to it, RFC 6901; empty for the whole body
   */
  record Wrong(String pointer, String reason, String detail) {}

  /**
   * Takes one event or an array of them. Answers 202 when the broker has acknowledged all; after
   * any other answer the same request can be sent again, because repeats change nothing.
   */
  @POST
  public Response take(byte @Nullable [] body) {
    if (body != null && body.length > MAX_BODY) {
      throw Problem.tooLarge(
          "A request may have at most " + MAX_BODY + " bytes, had " + body.length + ".");
    }
    List<EventLog.Written> events = read(body);
    log.sendWritten(events);
    return Response.accepted(new Accepted(events.size())).build();
  }

  private List<EventLog.Written> read(byte @Nullable [] body) {
    EventFacts facts = EventFacts.arrivedAt(clock.now());
    List<EventLog.Written> ordinary = body == null ? null : ordinary(body, facts);
    return ordinary != null ? ordinary : readTree(body, facts);
  }

  /** An array of well-formed events; null if the tree has to decide. */
  private @Nullable List<EventLog.Written> ordinary(byte[] body, EventFacts facts) {
    List<Event> events = EventReader.readAll(body, facts, kinds, MAX_EVENTS);
    if (events == null) {
      return null;
    }
    List<EventLog.Written> written = new ArrayList<>(events.size());
    for (Event event : events) {
      EventLog.Written one = EventLog.Written.of(event);
      if (one.value().length > EventJson.MAX_BYTES) {
        return null;
      }
      written.add(one);
    }
    return written;
  }

  private List<EventLog.Written> readTree(byte @Nullable [] body, EventFacts facts) {
    JsonNode tree;
    try {
      tree = EventJson.tree(body);
    } catch (BadEvent e) {
      throw refusal(List.of(wrong("", e)));
    }
    if (tree.isArray() && tree.size() > MAX_EVENTS) {
      throw Problem.tooLarge(
          "A request may have at most " + MAX_EVENTS + " events, had " + tree.size() + ".");
    }
    if (tree.isArray() && tree.isEmpty()) {
      throw Problem.badRequest("The array holds no event.");
    }
    List<EventLog.Written> events = new ArrayList<>();
    List<Wrong> wrongs = new ArrayList<>();
    int count = tree.isArray() ? tree.size() : 1;
    for (int i = 0; i < count; i++) {
      JsonNode node = tree.isArray() ? tree.get(i) : tree;
      try {
        events.add(read(node, facts));
      } catch (BadEvent e) {
        if (wrongs.size() < MAX_ERRORS) {
          wrongs.add(wrong(tree.isArray() ? "/" + i : "", e));
        }
      }
    }
    if (!wrongs.isEmpty()) {
      throw refusal(wrongs);
    }
    return events;
  }

  private EventLog.Written read(JsonNode node, EventFacts facts) throws BadEvent {
    EventLog.Written event = EventLog.Written.of(EventJson.read(node, facts, kinds));
    if (event.value().length > EventJson.MAX_BYTES) {
      throw EventJson.tooLarge(event.value().length);
    }
    return event;
  }

  private static Wrong wrong(String pointer, BadEvent bad) {
    return new Wrong(pointer, bad.reason().wireName(), bad.detail());
  }

  private static Problem refusal(List<Wrong> wrongs) {
    return Problem.badRequest("No event was taken, because not all are well-formed; see errors.")
        .with("errors", wrongs);
  }
}
