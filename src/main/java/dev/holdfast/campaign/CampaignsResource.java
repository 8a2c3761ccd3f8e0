package dev.holdfast.campaign;

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
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Instant;
import java.util.List;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
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
   * @param incidentId the incident whose customers it is for; null if their risk opens episodes
   */
  public record CampaignView(
      long id,
      String name,
      String state,
      double enterThreshold,
      double leaveThreshold,
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
      Instant createdAt,
      String createdBy) {

    static CampaignView of(Campaign campaign) {
      return new CampaignView(
          campaign.id,
          campaign.name,
          campaign.state,
          campaign.enterThreshold,
          campaign.leaveThreshold,
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
          campaign.createdAt,
          campaign.createdBy);
    }
  }

  private final Campaigns campaigns;
  private final CallLists callLists;
  private final SecurityIdentity caller;
  private final Audit audit;

  CampaignsResource(
      Campaigns campaigns, CallLists callLists, SecurityIdentity caller, Audit audit) {
    this.campaigns = campaigns;
    this.callLists = callLists;
    this.caller = caller;
    this.audit = audit;
  }

  /** Starts a campaign. Customers who already stand above its threshold are admitted gradually. */
  @POST
  @RolesAllowed(Roles.RETENTION_LEAD)
  @ResponseStatus(201)
  public CampaignView start(@Valid @NotNull CampaignSettings settings) {
    return campaigns.start(settings, caller.getPrincipal().getName());
  }

  /** All campaigns, newest first. */
  @GET
  @RolesAllowed({Roles.VIEWER, Roles.AGENT, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  @Transactional
  public List<CampaignView> list() {
    return Campaign.<Campaign>list("order by id desc").stream().map(CampaignView::of).toList();
  }

  /** One campaign. */
  @GET
  @Path("/{id}")
  @RolesAllowed({Roles.VIEWER, Roles.AGENT, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  @Transactional
  public CampaignView get(@RestPath long id) {
    return CampaignView.of(campaigns.required(id));
  }

  /** Stops opening episodes; open ones go on. */
  @POST
  @Path("/{id}:pause")
  @RolesAllowed(Roles.RETENTION_LEAD)
  public CampaignView pause(@RestPath long id) {
    return campaigns.move(id, Campaign.PAUSED, caller.getPrincipal().getName());
  }

  /** Opens episodes again. */
  @POST
  @Path("/{id}:resume")
  @RolesAllowed(Roles.RETENTION_LEAD)
  public CampaignView resume(@RestPath long id) {
    return campaigns.move(id, Campaign.RUNNING, caller.getPrincipal().getName());
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
        caller.getPrincipal().getName(),
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
