package dev.holdfast.console;

import dev.holdfast.access.Roles;
import dev.holdfast.console.Forms.Fields;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
import dev.holdfast.warning.IncidentCampaignSettings;
import dev.holdfast.warning.IncidentCampaigns;
import dev.holdfast.warning.Incidents;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * The pages of warnings: {@code /warnings}, one for each incident, and what people say to it. Each
 * step is a form that does what the route of the API does.
 */
@Path("/warnings")
@Blocking
@Produces(MediaType.TEXT_HTML)
@RolesAllowed({Roles.OPERATOR, Roles.RETENTION_LEAD})
@Retried
public class WarningPagesResource {

  private static final int LONGEST_OWNER = 100;
  private static final int LONGEST_COMMENT = 1_000;
  private static final int LONGEST_CAUSE = 500;

  private final WarningWords warnings;
  private final Incidents incidents;
  private final IncidentCampaigns campaigns;
  private final Validator validator;
  private final Shell shell;

  WarningPagesResource(
      WarningWords warnings,
      Incidents incidents,
      IncidentCampaigns campaigns,
      Validator validator,
      Shell shell) {
    this.warnings = warnings;
    this.incidents = incidents;
    this.campaigns = campaigns;
    this.validator = validator;
    this.shell = shell;
  }

  @GET
  @RolesAllowed({
    Roles.VIEWER,
    Roles.AGENT,
    Roles.RETENTION_LEAD,
    Roles.DATA_SCIENTIST,
    Roles.OPERATOR
  })
  public TemplateInstance all() {
    return WarningPages.all(warnings.all(shell));
  }

  @GET
  @Path("/{id}")
  @RolesAllowed({
    Roles.VIEWER,
    Roles.AGENT,
    Roles.RETENTION_LEAD,
    Roles.DATA_SCIENTIST,
    Roles.OPERATOR
  })
  public TemplateInstance one(@RestPath long id) {
    return WarningPages.one(warnings.one(shell, id, null));
  }

  /** Who is missing, a hundred at a time. */
  @GET
  @Path("/{id}/customers")
  public TemplateInstance customers(
      @RestPath long id, @RestQuery @DefaultValue("0") @Min(0) long after) {
    return WarningPages.customers(warnings.customers(id, after));
  }

  /**
   * Says that somebody saw it.
   *
   * @param ours {@code true} or {@code false}; empty says nothing
   */
  @POST
  @Path("/{id}/acknowledge")
  @OwnForm
  public Response acknowledge(@RestPath long id, @RestForm @Nullable String ours) {
    return step(
        id,
        () ->
            incidents.acknowledge(
                id, ours == null || ours.isEmpty() ? null : Boolean.valueOf(ours), shell.user()));
  }

  /** Names its owner. */
  @POST
  @Path("/{id}/assign")
  @OwnForm
  public Response assign(@RestPath long id, @RestForm @Nullable String owner) {
    return step(
        id,
        () ->
            incidents.assign(
                id,
                Forms.required(shell.words(), owner, LONGEST_OWNER, "warning_owner"),
                shell.user()));
  }

  /** Adds a line to its history. */
  @POST
  @Path("/{id}/comment")
  @OwnForm
  public Response comment(@RestPath long id, @RestForm @Nullable String text) {
    return step(
        id,
        () ->
            incidents.comment(
                id,
                Forms.required(shell.words(), text, LONGEST_COMMENT, "warning_remark"),
                shell.user()));
  }

  /** Ends it with a cause. */
  @POST
  @Path("/{id}/resolve")
  @OwnForm
  public Response resolve(
      @RestPath long id, @RestForm @Nullable String cause, @RestForm boolean outage) {
    return step(
        id,
        () ->
            incidents.resolve(
                id,
                Forms.required(shell.words(), cause, LONGEST_CAUSE, "warning_cause"),
                outage,
                shell.user()));
  }

  /** Starts a campaign for the customers whom it names. */
  @POST
  @Path("/{id}/campaign")
  @OwnForm
  @RolesAllowed(Roles.RETENTION_LEAD)
  public Response campaign(
      @RestPath long id,
      @RestForm @Nullable String name,
      @RestForm @Nullable String holdOut,
      @RestForm @Nullable String intake) {
    try {
      Map<String, String> unreadable = new LinkedHashMap<>();
      Fields fields = new Fields(shell.words(), unreadable);
      IncidentCampaignSettings settings =
          new IncidentCampaignSettings(
              Forms.given(name),
              fields.share("campaign_holdOut", holdOut),
              null,
              null,
              fields.whole("campaign_intake", intake),
              null,
              null,
              null,
              null,
              null);
      if (!unreadable.isEmpty()) {
        Map.Entry<String, String> first = unreadable.entrySet().iterator().next();
        throw Problem.badRequest(shell.words().of(first.getKey()) + ": " + first.getValue());
      }
      Iterator<ConstraintViolation<IncidentCampaignSettings>> wrong =
          validator.validate(settings).iterator();
      if (wrong.hasNext()) {
        ConstraintViolation<IncidentCampaignSettings> first = wrong.next();
        throw Problem.badRequest(first.getPropertyPath() + ": " + first.getMessage());
      }
      return Response.seeOther(
              URI.create("/campaigns/" + campaigns.start(id, settings, shell.user()).id()))
          .build();
    } catch (Problem problem) {
      return refused(id, problem);
    }
  }

  /** Does a step and shows the incident again, with what is wrong if it cannot be done. */
  private Response step(long id, Runnable step) {
    try {
      step.run();
      return Response.seeOther(URI.create("/warnings/" + id)).build();
    } catch (Problem problem) {
      return refused(id, problem);
    }
  }

  private Response refused(long id, Problem problem) {
    return Forms.page(
        problem.status(), WarningPages.one(warnings.one(shell, id, problem.detail())));
  }
}
