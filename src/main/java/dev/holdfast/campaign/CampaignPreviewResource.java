package dev.holdfast.campaign;

import dev.holdfast.access.Roles;
import dev.holdfast.platform.Retried;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** What a campaign would do before there is one. */
@Path("/api/v1/campaigns:preview")
@Blocking
@RolesAllowed({Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
@Retried
public class CampaignPreviewResource {

  private final CampaignPreviews previews;

  CampaignPreviewResource(CampaignPreviews previews) {
    this.previews = previews;
  }

  /** Previews settings on the customers as they are; nothing is written. */
  @POST
  @Operation(
      summary = "What a campaign with these settings would do",
      description =
          "Who is in its segment, who stands above its threshold, who comes in the next seven days,"
              + " what the contact policy says of them, what the calls should bring, and how small an"
              + " effect they could show. Of more than 4,000 customers a part is looked at, and"
              + " figures have 95 percent intervals.")
  public CampaignPreview of(
      @Valid @NotNull CampaignSettings settings,
      @Parameter(
              description =
                  "number of the campaign that would have these settings: who is in it already is"
                      + " left out",
              example = "7")
          @RestQuery
          @Nullable Long replaces) {
    return replaces == null ? previews.of(settings) : previews.of(settings, replaces);
  }
}
