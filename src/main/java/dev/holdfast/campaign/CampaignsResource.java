package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.holdfast.access.Audit;
import dev.holdfast.access.Roles;
import dev.holdfast.campaign.CallLists.CallList;
import dev.holdfast.campaign.CallLists.Sheet;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.transaction.Transactional;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/** Campaigns and their call lists. */
@Path("/api/v1/campaigns")
@Blocking
@Retried
public class CampaignsResource {

  private static final String CSV = "text/csv;charset=UTF-8";

  /**
   * A campaign on the wire.
   *
   * @param state {@code draft}, {@code running}, {@code paused} or {@code ended}
   * @param version of its settings, from 1; the ETag
   * @param enterThreshold absent where an event or an incident opens the episodes
   * @param leaveThreshold absent likewise
   * @param startsWith the event that opens its episodes; absent if none does
   * @param incidentId the incident whose customers it is for; absent if there is none
   * @param channels in their order; empty for the order that each party is used to
   * @param valueFormula of the margin that a save of one customer keeps; absent of none
   * @param precedence 0 to 100; a party that could be in two campaigns is in the higher alone
   * @param offer what a call may offer, in words, by language; empty if nothing is said
   * @param clonedFrom the campaign whose settings it began with
   * @param evidence what was known of that one's effect then
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record CampaignView(
      long id,
      String name,
      String state,
      int version,
      @Nullable Double enterThreshold,
      @Nullable Double leaveThreshold,
      @Nullable StartEvent startsWith,
      double holdOutShare,
      int coolDownDays,
      int capacityMinutes,
      int intake,
      double customerValue,
      double offerCost,
      double contactCost,
      double minutesPerCall,
      @Nullable Long incidentId,
      @Nullable String valueField,
      @Nullable String skill,
      String segment,
      List<String> channels,
      @Nullable String valueFormula,
      int precedence,
      List<OfferText> offer,
      @Nullable Long clonedFrom,
      @Nullable Evidence evidence,
      Instant createdAt,
      String createdBy,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable String endReason) {

    static CampaignView of(Campaign campaign) {
      CampaignSettings settings = CampaignSettings.of(campaign);
      return new CampaignView(
          campaign.id,
          campaign.name,
          campaign.state,
          campaign.settingsVersion,
          settings.enterThreshold(),
          settings.leaveThreshold(),
          settings.startsWith(),
          campaign.holdOutShare,
          campaign.coolDownDays,
          campaign.capacityMinutes,
          campaign.intake,
          campaign.customerValue,
          campaign.offerCost,
          campaign.contactCost,
          campaign.minutesPerCall,
          campaign.incidentId,
          campaign.valueField,
          campaign.skill,
          campaign.segment,
          settings.channels() == null ? List.of() : settings.channels(),
          campaign.valueFormula,
          campaign.precedence,
          OfferText.read(campaign.offer),
          campaign.clonedFrom,
          EvidenceJson.read(campaign.evidence),
          campaign.createdAt,
          campaign.createdBy,
          campaign.startedAt,
          campaign.endedAt,
          campaign.endReason);
    }
  }

  /** Why a campaign ends. */
  public record Ending(@NotBlank @Size(max = 500) String reason) {}

  /** What a clone is called. */
  public record CloneName(@NotBlank @Size(max = 100) String name) {}

  private final Campaigns campaigns;
  private final CampaignPreviews previews;
  private final CallLists callLists;
  private final SecurityIdentity caller;
  private final Audit audit;

  CampaignsResource(
      Campaigns campaigns,
      CampaignPreviews previews,
      CallLists callLists,
      SecurityIdentity caller,
      Audit audit) {
    this.campaigns = campaigns;
    this.previews = previews;
    this.callLists = callLists;
    this.caller = caller;
    this.audit = audit;
  }

  /** Starts a campaign. Customers who already stand above its threshold are admitted gradually. */
  @POST
  @RolesAllowed(Roles.RETENTION_LEAD)
  @ResponseStatus(201)
  @Operation(
      summary = "Starts a campaign, or with `draft` writes it down",
      description =
          "`enterThreshold` lets the risk open episodes, `startsWith` an event. Left out, the"
              + " hold-out share is 0.5: of a new campaign nothing is proven.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = CampaignSettings.class),
              examples = {
                @ExampleObject(
                    name = "by risk",
                    value =
                        "{\"name\": \"winter\", \"enterThreshold\": 0.6, \"segment\":"
                            + " \"profile.plan = 'gold'\", \"draft\": true}"),
                @ExampleObject(
                    name = "by event",
                    value =
                        "{\"name\": \"poor ratings\", \"startsWith\": {\"kind\": \"feedback\","
                            + " \"match\": \"property.rating <= 2\", \"endsAfterDays\": 14}}"),
                @ExampleObject(
                    name = "with an offer in words",
                    value =
                        "{\"name\": \"half price\", \"enterThreshold\": 0.6, \"offerCost\": 15,"
                            + " \"offer\": [{\"language\": \"en\", \"text\": \"Three months at half"
                            + " price\"}, {\"language\": \"zh\", \"text\": \"三个月半价\"}],"
                            + " \"draft\": true}")
              }))
  public CampaignView start(@Valid @NotNull CampaignSettings settings) {
    return campaigns.start(settings, actor());
  }

  /** All campaigns, newest first. */
  @GET
  @RolesAllowed({Roles.VIEWER, Roles.AGENT, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  public List<CampaignView> list() {
    return campaigns.all();
  }

  /** One campaign; the version of its settings is the ETag. */
  @GET
  @Path("/{id}")
  @RolesAllowed({Roles.VIEWER, Roles.AGENT, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  public RestResponse<CampaignView> get(@RestPath long id) {
    return answer(campaigns.view(id));
  }

  /**
   * Replaces the settings by the next version of them. If-Match names the version that was read;
   * what is left out has its default again, but the hold-out share, which stays as it is.
   */
  @PUT
  @Path("/{id}")
  @RolesAllowed(Roles.RETENTION_LEAD)
  public RestResponse<CampaignView> change(
      @RestPath long id,
      @Valid @NotNull CampaignSettings settings,
      @RestHeader("If-Match") @Nullable String ifMatch,
      @Parameter(
              description = "required unless it is a draft",
              example = "fewer calls, the shift is short")
          @RestQuery
          @Size(max = 500)
          @Nullable String why) {
    if (ifMatch == null) {
      throw Problem.of(
          428,
          "Precondition Required",
          "If-Match must name the settings that are replaced: the ETag of GET"
              + " /api/v1/campaigns/"
              + id);
    }
    if (!ifMatch.matches("\"[0-9]{1,9}\"")) {
      throw Problem.badRequest("If-Match must be the ETag of an earlier answer, in quotes.");
    }
    int expected = Integer.parseInt(ifMatch.substring(1, ifMatch.length() - 1));
    return answer(campaigns.change(id, expected, settings, why == null ? "" : why, actor()));
  }

  /** The settings that it had, the newest first, with who set them and why. */
  @GET
  @Path("/{id}/versions")
  @RolesAllowed({Roles.VIEWER, Roles.AGENT, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  public List<CampaignVersion> versions(@RestPath long id) {
    return campaigns.versions(id);
  }

  /** Begins a draft. */
  @POST
  @Path("/{id}:start")
  @RolesAllowed(Roles.RETENTION_LEAD)
  public CampaignView begin(@RestPath long id) {
    return campaigns.begin(id, actor());
  }

  /** Stops opening episodes; open ones go on. */
  @POST
  @Path("/{id}:pause")
  @RolesAllowed(Roles.RETENTION_LEAD)
  public CampaignView pause(@RestPath long id) {
    return campaigns.pause(id, actor());
  }

  /** Opens episodes again. */
  @POST
  @Path("/{id}:resume")
  @RolesAllowed(Roles.RETENTION_LEAD)
  public CampaignView resume(@RestPath long id) {
    return campaigns.resume(id, actor());
  }

  /** Ends it for good: nobody gets its pending calls any more, and open episodes close. */
  @POST
  @Path("/{id}:end")
  @RolesAllowed(Roles.RETENTION_LEAD)
  public CampaignView end(@RestPath long id, @Valid @NotNull Ending ending) {
    return campaigns.end(id, ending.reason(), actor());
  }

  /** Writes down a draft with its settings and what is known of its effect now. */
  @POST
  @Path("/{id}:clone")
  @RolesAllowed(Roles.RETENTION_LEAD)
  @ResponseStatus(201)
  public CampaignView cloneOf(@RestPath long id, @Valid @NotNull CloneName clone) {
    return campaigns.cloneOf(id, clone.name(), actor());
  }

  /** What it would do with the customers as they are, without those who are in it already. */
  @GET
  @Path("/{id}/preview")
  @RolesAllowed({Roles.VIEWER, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  public CampaignPreview preview(@RestPath long id) {
    return previews.of(id);
  }

  /**
   * Today's call list, as JSON or, with {@code format=csv} or {@code format=xlsx}, as a file for a
   * spreadsheet, streamed. An export is audited.
   */
  @GET
  @Path("/{id}/call-list")
  @Produces({MediaType.APPLICATION_JSON, CSV, CallListXlsx.TYPE})
  @RolesAllowed({Roles.AGENT, Roles.RETENTION_LEAD})
  @Transactional
  public Response callList(
      @RestPath long id, @RestQuery @Nullable String format, @Context HttpHeaders headers) {
    CallList list = callLists.today(id);
    Sheet sheet = format == null ? accepted(headers) : named(format);
    if (sheet == null) {
      return Response.ok(list, MediaType.APPLICATION_JSON_TYPE).build();
    }
    audit.record(
        actor(),
        "call-list.export",
        "campaign:" + id,
        list.calls().size() + " calls, " + sheet.extension());
    StreamingOutput file = out -> callLists.write(list, sheet, out);
    return Response.ok(file, sheet.mediaType())
        .header(
            "Content-Disposition",
            "attachment; filename=\"call-list-" + id + "." + sheet.extension() + "\"")
        .build();
  }

  private String actor() {
    return caller.getPrincipal().getName();
  }

  private static RestResponse<CampaignView> answer(CampaignView campaign) {
    return ResponseBuilder.ok(campaign).header("ETag", "\"" + campaign.version() + "\"").build();
  }

  private static @Nullable Sheet named(String format) {
    return switch (format) {
      case "csv" -> Sheet.CSV;
      case "xlsx" -> Sheet.XLSX;
      case "json" -> null;
      default ->
          throw Problem.badRequest("format must be json, csv or xlsx, was \"" + format + "\"");
    };
  }

  private static @Nullable Sheet accepted(HttpHeaders headers) {
    if (headers.getAcceptableMediaTypes().contains(MediaType.valueOf("text/csv"))) {
      return Sheet.CSV;
    }
    return headers.getAcceptableMediaTypes().contains(MediaType.valueOf(CallListXlsx.TYPE))
        ? Sheet.XLSX
        : null;
  }
}
