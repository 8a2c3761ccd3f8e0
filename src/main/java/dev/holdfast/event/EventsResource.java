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
    List<Event> events = read(body);
    log.send(events);
    return Response.accepted(new Accepted(events.size())).build();
  }

  private List<Event> read(byte @Nullable [] body) {
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
    EventFacts facts = EventFacts.arrivedAt(clock.now());
    List<Event> events = new ArrayList<>();
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

  private Event read(JsonNode node, EventFacts facts) throws BadEvent {
    Event event = EventJson.read(node, facts, kinds);
    int bytes = EventJson.write(event).length;
    if (bytes > EventJson.MAX_BYTES) {
      throw EventJson.tooLarge(bytes);
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
