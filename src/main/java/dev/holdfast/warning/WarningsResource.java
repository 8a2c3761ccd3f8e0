package dev.holdfast.warning;

import dev.holdfast.access.Roles;
import dev.holdfast.campaign.CampaignsResource.CampaignView;
import dev.holdfast.platform.Retried;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The incidents: is it them, or is it us? */
@Path("/api/v1/warnings")
@Blocking
@RolesAllowed({Roles.OPERATOR, Roles.RETENTION_LEAD})
@Retried
public class WarningsResource {

  private final Incidents incidents;
  private final FeedWatch feeds;
  private final Notices notices;
  private final IncidentCampaigns campaigns;
  private final SecurityIdentity caller;

  WarningsResource(
      Incidents incidents,
      FeedWatch feeds,
      Notices notices,
      IncidentCampaigns campaigns,
      SecurityIdentity caller) {
    this.incidents = incidents;
    this.feeds = feeds;
    this.notices = notices;
    this.campaigns = campaigns;
    this.caller = caller;
  }

  /**
   * That it was seen.
   *
   * @param ours true if it is a fault of ours, false if it is none; null says nothing
   */
  record Acknowledgement(@Nullable Boolean ours) {}

  /** Who looks after an incident from now on. */
  record Assignment(@NotBlank @Size(max = 100) String owner) {}

  /** A line for the history. */
  record Comment(@NotBlank @Size(max = 1000) String text) {}

  /**
   * What it was.
   *
   * @param outage true if customers could not use the service meanwhile; declared in the calendar
   */
  record Resolution(@NotBlank @Size(max = 500) String cause, boolean outage) {}

  /** The open incidents, or with {@code all=true} the resolved ones too; newest first. */
  @GET
  @RolesAllowed({
    Roles.VIEWER,
    Roles.AGENT,
    Roles.RETENTION_LEAD,
    Roles.DATA_SCIENTIST,
    Roles.OPERATOR,
    Roles.SERVICE
  })
  public List<Incident> list(
      @RestQuery boolean all, @RestQuery @DefaultValue("100") @Min(1) @Max(1000) int limit) {
    return incidents.list(all, limit);
  }

  /** How each watched feed does: watermark, volume and shares against what is usual. */
  @GET
  @Path("/feeds")
  @RolesAllowed({
    Roles.VIEWER,
    Roles.AGENT,
    Roles.RETENTION_LEAD,
    Roles.DATA_SCIENTIST,
    Roles.OPERATOR,
    Roles.SERVICE
  })
  public List<FeedReport> feeds() {
    return feeds.reports();
  }

  /** One incident with its history. */
  @GET
  @Path("/{id}")
  @RolesAllowed({
    Roles.VIEWER,
    Roles.AGENT,
    Roles.RETENTION_LEAD,
    Roles.DATA_SCIENTIST,
    Roles.OPERATOR,
    Roles.SERVICE
  })
  public Incident.WithHistory get(@RestPath long id) {
    return incidents.get(id);
  }

  /**
   * Says that somebody saw it; the first who does so owns it, unless it has an owner. With {@code
   * {"ours": true}} it is a fault of ours: its customers are no leavers while it lasts.
   */
  @POST
  @Path("/{id}:acknowledge")
  public Incident acknowledge(@RestPath long id, @Nullable Acknowledgement acknowledgement) {
    return incidents.acknowledge(
        id, acknowledgement == null ? null : acknowledgement.ours(), actor());
  }

  /** Names its owner. */
  @POST
  @Path("/{id}:assign")
  public Incident assign(@RestPath long id, @NotNull @Valid Assignment assignment) {
    return incidents.assign(id, assignment.owner(), actor());
  }

  /** Adds a line to its history. */
  @POST
  @Path("/{id}:comment")
  public Incident comment(@RestPath long id, @NotNull @Valid Comment comment) {
    return incidents.comment(id, comment.text(), actor());
  }

  /** Ends it with a cause: the data are right as they are, and the timers go on. */
  @POST
  @Path("/{id}:resolve")
  public Incident resolve(@RestPath long id, @NotNull @Valid Resolution resolution) {
    return incidents.resolve(id, resolution.cause(), resolution.outage(), actor());
  }

  /**
   * Starts a campaign for the customers whom it names; half of them are held out unless the
   * settings say otherwise, and they are admitted within its daily intake.
   */
  @POST
  @Path("/{id}:start-campaign")
  @RolesAllowed(Roles.RETENTION_LEAD)
  @ResponseStatus(201)
  public CampaignView startCampaign(
      @RestPath long id, @Nullable @Valid IncidentCampaignSettings settings) {
    return campaigns.start(id, settings, actor());
  }

  /** What people were told by e-mail, or will be, and what became of it; newest first. */
  @GET
  @Path("/notices")
  public List<Notice> notices(
      @RestQuery @Nullable Long incident,
      @RestQuery @DefaultValue("100") @Min(1) @Max(1000) int limit) {
    return notices.list(incident, limit);
  }

  /** Sends a message again that the mail server refused for good. */
  @POST
  @Path("/notices/{id}:retry")
  public void retry(@RestPath long id) {
    notices.retry(id, actor());
  }

  private String actor() {
    return caller.getPrincipal().getName();
  }
}
