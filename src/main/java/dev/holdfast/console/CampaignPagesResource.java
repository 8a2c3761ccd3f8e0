package dev.holdfast.console;

import dev.holdfast.access.Roles;
import dev.holdfast.campaign.CampaignPreview;
import dev.holdfast.campaign.CampaignPreviewResource;
import dev.holdfast.campaign.CampaignSettings;
import dev.holdfast.campaign.CampaignsResource;
import dev.holdfast.campaign.CampaignsResource.CampaignView;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The pages of campaigns: the list, one with its settings and results, and the form. */
@Path("/campaigns")
@Blocking
@Produces(MediaType.TEXT_HTML)
@RolesAllowed(Roles.RETENTION_LEAD)
@Retried
public class CampaignPagesResource {

  private static final int LONGEST_TEXT = 500;
  private static final int LONGEST_NAME = 100;

  private final CampaignsResource campaigns;
  private final CampaignPreviewResource previews;
  private final CampaignTexts texts;
  private final Validator validator;
  private final Shell shell;

  CampaignPagesResource(
      CampaignsResource campaigns,
      CampaignPreviewResource previews,
      CampaignTexts texts,
      Validator validator,
      Shell shell) {
    this.campaigns = campaigns;
    this.previews = previews;
    this.texts = texts;
    this.validator = validator;
    this.shell = shell;
  }

  @CheckedTemplate(basePath = "CampaignPages")
  static final class Templates {

    private Templates() {}

    static native TemplateInstance all(CampaignData.Index page);

    static native TemplateInstance one(CampaignData.One page);

    static native TemplateInstance results(CampaignData.Results page);

    static native TemplateInstance preview(CampaignData.Previewed page);

    static native TemplateInstance form(CampaignData.Form page);
  }

  /** All campaigns; with {@code verdicts} each is measured, which may take a while. */
  @GET
  @RolesAllowed({Roles.VIEWER, Roles.AGENT, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  public TemplateInstance all(@RestQuery boolean verdicts) {
    return Templates.all(texts.all(shell, verdicts));
  }

  /** One campaign. */
  @GET
  @Path("/{id}")
  @RolesAllowed({Roles.VIEWER, Roles.AGENT, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  public TemplateInstance one(@RestPath long id) {
    return Templates.one(texts.one(shell, id, null));
  }

  /** What it caused. */
  @GET
  @Path("/{id}/results")
  @RolesAllowed({Roles.VIEWER, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  public TemplateInstance results(@RestPath long id) {
    return Templates.results(texts.results(shell, id));
  }

  /** What it would do with the customers as they are. */
  @GET
  @Path("/{id}/preview")
  @RolesAllowed({Roles.VIEWER, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST})
  public TemplateInstance preview(@RestPath long id) {
    return Templates.preview(texts.previewed(shell, id));
  }

  /** The form of a new campaign. */
  @GET
  @Path("/new")
  public TemplateInstance blank() {
    return form(null, CampaignForm.empty(), Map.of(), null, null);
  }

  /** The form to change one. */
  @GET
  @Path("/{id}/change")
  public TemplateInstance filled(@RestPath long id) {
    CampaignView campaign = view(id);
    return form(campaign, CampaignForm.of(campaign), Map.of(), null, null);
  }

  /** The form again, with what such a campaign would do; nothing is written. */
  @POST
  @Path("/preview")
  @OwnForm
  public TemplateInstance tried(@BeanParam CampaignForm form, @RestForm @Nullable Long campaign) {
    CampaignView changed = campaign == null ? null : view(campaign);
    Map<String, String> wrong = new LinkedHashMap<>();
    // What is only looked at needs no name, and the form does not get one that nobody typed.
    CampaignSettings settings =
        checked(form, form.nameOr(shell.words().of("campaign_unnamed")), null, wrong);
    if (!wrong.isEmpty()) {
      return form(changed, form, wrong, null, null);
    }
    try {
      return form(changed, form, wrong, null, previews.of(settings, campaign));
    } catch (Problem problem) {
      return form(changed, form, wrong, problem.detail(), null);
    }
  }

  /** Writes down a new campaign, and begins it if {@code begin} is true. */
  @POST
  @Path("/new")
  @OwnForm
  public Response create(@BeanParam CampaignForm form, @RestForm boolean begin) {
    Map<String, String> wrong = new LinkedHashMap<>();
    CampaignSettings settings = checked(form, form.nameOr(""), !begin, wrong);
    if (!wrong.isEmpty()) {
      return Forms.page(400, form(null, form, wrong, null, null));
    }
    try {
      return to(campaigns.start(settings).id());
    } catch (Problem problem) {
      return Forms.page(problem.status(), form(null, form, wrong, problem.detail(), null));
    }
  }

  /** Makes the next version of the settings. */
  @POST
  @Path("/{id}/change")
  @OwnForm
  public Response change(@RestPath long id, @BeanParam CampaignForm form) {
    CampaignView campaign = view(id);
    Map<String, String> wrong = new LinkedHashMap<>();
    CampaignSettings settings = checked(form, form.nameOr(""), null, wrong);
    String why = form.why == null ? "" : form.why.strip();
    if (why.length() > LONGEST_TEXT) {
      wrong.put("why", shell.words().of("campaign_too_long", LONGEST_TEXT));
    }
    if (!wrong.isEmpty()) {
      return Forms.page(400, form(campaign, form, wrong, null, null));
    }
    try {
      campaigns.change(id, settings, "\"" + form.version + "\"", why.isEmpty() ? null : why);
      return to(id);
    } catch (Problem problem) {
      return Forms.page(problem.status(), form(campaign, form, wrong, problem.detail(), null));
    }
  }

  /** Begins a draft. */
  @POST
  @Path("/{id}/start")
  @OwnForm
  public Response start(@RestPath long id) {
    return step(id, () -> campaigns.begin(id));
  }

  /** Stops opening cases; open ones go on. */
  @POST
  @Path("/{id}/pause")
  @OwnForm
  public Response pause(@RestPath long id) {
    return step(id, () -> campaigns.pause(id));
  }

  /** Opens cases again. */
  @POST
  @Path("/{id}/resume")
  @OwnForm
  public Response resume(@RestPath long id) {
    return step(id, () -> campaigns.resume(id));
  }

  /** Ends it for good. */
  @POST
  @Path("/{id}/end")
  @OwnForm
  public Response end(@RestPath long id, @RestForm @Nullable String reason) {
    return step(
        id,
        () ->
            campaigns.end(
                id,
                new CampaignsResource.Ending(
                    Forms.required(shell.words(), reason, LONGEST_TEXT, "campaign_why"))));
  }

  /** Writes down a draft with the same settings. */
  @POST
  @Path("/{id}/clone")
  @OwnForm
  public Response cloneOf(@RestPath long id, @RestForm @Nullable String name) {
    return step(
        id,
        () ->
            campaigns.cloneOf(
                id,
                new CampaignsResource.CloneName(
                    Forms.required(shell.words(), name, LONGEST_NAME, "campaign_name"))));
  }

  private interface Step {
    CampaignView run();
  }

  /** Does a step and shows the campaign that it answers, or this one with what is wrong. */
  private Response step(long id, Step step) {
    try {
      return to(step.run().id());
    } catch (Problem problem) {
      if (problem.status() == Response.Status.NOT_FOUND.getStatusCode()) {
        throw problem;
      }
      return Forms.page(problem.status(), Templates.one(texts.one(shell, id, problem.detail())));
    }
  }

  private CampaignSettings checked(
      CampaignForm form, String name, @Nullable Boolean draft, Map<String, String> wrong) {
    CampaignSettings settings = form.settings(name, draft, shell.words(), wrong);
    for (ConstraintViolation<CampaignSettings> one : validator.validate(settings)) {
      wrong.putIfAbsent(CampaignForm.fieldOf(one.getPropertyPath().toString()), one.getMessage());
    }
    return settings;
  }

  private CampaignView view(long id) {
    return campaigns.get(id).getEntity();
  }

  private static TemplateInstance form(
      @Nullable CampaignView campaign,
      CampaignForm form,
      Map<String, String> wrong,
      @Nullable String problem,
      @Nullable CampaignPreview preview) {
    return Templates.form(new CampaignData.Form(campaign, form, wrong, problem, preview));
  }

  private static Response to(long campaign) {
    return Response.seeOther(URI.create("/campaigns/" + campaign)).build();
  }
}
