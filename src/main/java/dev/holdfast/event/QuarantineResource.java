package dev.holdfast.event;

import dev.holdfast.access.Audit;
import dev.holdfast.access.Roles;
import dev.holdfast.platform.Retried;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The messages that were put aside, for operators: to look at, and to send again once mended. */
@Path("/api/v1/quarantine")
@RolesAllowed(Roles.OPERATOR)
@Retried
public class QuarantineResource {

  private static final int SHOWN = 2_000;

  private final Quarantine quarantine;
  private final Audit audit;
  private final SecurityIdentity caller;

  QuarantineResource(Quarantine quarantine, Audit audit, SecurityIdentity caller) {
    this.quarantine = quarantine;
    this.audit = audit;
    this.caller = caller;
  }

  /**
   * A message as shown.
   *
   * @param payload the beginning of its value, null if it is not UTF-8
   * @param bytes length of its value
   */
  public record MessageView(
      String topic,
      int partition,
      long offset,
      String source,
      String reason,
      String detail,
      @Nullable String payload,
      int bytes,
      Instant quarantinedAt,
      @Nullable Instant replayedAt) {

    static MessageView of(Quarantine.Kept kept) {
      byte[] payload = kept.payload();
      String text = payload == null ? null : Utf8.decode(payload);
      return new MessageView(
          kept.position().topic(),
          kept.position().partition(),
          kept.position().offset(),
          kept.source(),
          kept.reason(),
          kept.detail(),
          text == null || text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…",
          payload == null ? 0 : payload.length,
          kept.quarantinedAt(),
          kept.replayedAt());
    }
  }

  /** The newest messages first, {@code limit} of them after the first {@code skip}. */
  @GET
  public List<MessageView> newest(
      @RestQuery @DefaultValue("50") @Min(1) @Max(500) int limit,
      @RestQuery @DefaultValue("0") @Min(0) @Max(1_000_000) int skip) {
    return quarantine.newest(limit, skip).stream().map(MessageView::of).toList();
  }

  /** Sends a message again as it came; it is judged anew when it arrives. */
  @POST
  @Path("/{topic}/{partition}/{offset}:replay")
  public void replay(@RestPath String topic, @RestPath int partition, @RestPath long offset) {
    var position = new Quarantine.Position(topic, partition, offset);
    quarantine.replay(position);
    audit.record(
        caller.getPrincipal().getName(),
        "message-replayed",
        topic + "/" + partition + "/" + offset,
        null);
  }
}
