package dev.holdfast.campaign;

import dev.holdfast.access.Roles;
import dev.holdfast.platform.Retried;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

/** How many customers a segment has, while somebody writes it. */
@Path("/api/v1/campaigns:count-segment")
@Blocking
@RolesAllowed({Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
@Retried
public class SegmentCountResource {

  private final CampaignPreviews previews;

  SegmentCountResource(CampaignPreviews previews) {
    this.previews = previews;
  }

  /** The segment to count; empty for everybody. */
  public record Counted(@NotNull @Size(max = SegmentExpression.LONGEST) String segment) {}

  /** Counts a segment now; 400 names the place at which it cannot be read. */
  @POST
  public CampaignPreviews.SegmentCount count(@Valid @NotNull Counted counted) {
    return previews.count(counted.segment());
  }
}
