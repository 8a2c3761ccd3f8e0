package dev.holdfast.warning;

import dev.holdfast.access.Roles;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The watched segments, and what was seen of each. */
@Path("/api/v1/warnings/segments")
@Blocking
@RolesAllowed({
  Roles.VIEWER,
  Roles.AGENT,
  Roles.RETENTION_LEAD,
  Roles.DATA_SCIENTIST,
  Roles.OPERATOR,
  Roles.SERVICE
})
public class SegmentsResource {

  private final BellWatch bell;
  private final SegmentLooks looks;

  SegmentsResource(BellWatch bell, SegmentLooks looks) {
    this.bell = bell;
    this.looks = looks;
  }

  /** How each watched segment does by the day and by the hour, each after its parent. */
  @GET
  public List<SegmentReport> segments() {
    return bell.segments();
  }

  /**
   * What was seen of a segment, in the order of time: expected and observed, and the CUSUM.
   *
   * @param slotSeconds 86400 by the day, 3600 by the hour
   * @param from the first slot is the one of this instant; the beginning if absent
   * @param to the last slot is the one of this instant; now if absent
   * @param limit how many at most, the newest
   */
  @GET
  @Path("/{id}/looks")
  public List<SegmentLooks.Point> looks(
      @RestPath int id,
      @RestQuery @DefaultValue("86400") int slotSeconds,
      @RestQuery @Nullable Instant from,
      @RestQuery @Nullable Instant to,
      @RestQuery @DefaultValue("400") @Min(1) @Max(5000) int limit) {
    return looks.of(id, slotSeconds, from, to, limit);
  }
}
