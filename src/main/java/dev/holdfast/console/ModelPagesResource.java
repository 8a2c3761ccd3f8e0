package dev.holdfast.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.access.Roles;
import dev.holdfast.console.ModelData.Index;
import dev.holdfast.console.ModelData.Line;
import dev.holdfast.console.ModelData.One;
import dev.holdfast.console.ModelData.Rule;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.ModelVersion;
import dev.holdfast.model.ModelsResource;
import dev.holdfast.model.PromotionsResource;
import dev.holdfast.monitoring.ModelWatch;
import dev.holdfast.monitoring.MonitoringResource;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** The pages of models: which there are, how they do against what came true, and which serves. */
@Path("/models")
@Blocking
@Produces(MediaType.TEXT_HTML)
@RolesAllowed({Roles.VIEWER, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST, Roles.OPERATOR})
@Retried
public class ModelPagesResource {

  private static final String REPORT = "report.html";
  private static final int LONGEST_REASON = 500;
  private static final int MOST_DRIFT = 15;

  /** A report is one file with its own style and drawings, without script; it may do no more. */
  private static final String REPORT_POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none';"
          + " base-uri 'none'; form-action 'none'; sandbox";

  private final ModelsResource models;
  private final PromotionsResource promotions;
  private final MonitoringResource monitoring;
  private final ModelRegistry registry;
  private final ObjectMapper json;
  private final CurrentVertxRequest request;
  private final Shell shell;

  ModelPagesResource(
      ModelsResource models,
      PromotionsResource promotions,
      MonitoringResource monitoring,
      ModelRegistry registry,
      ObjectMapper json,
      CurrentVertxRequest request,
      Shell shell) {
    this.models = models;
    this.promotions = promotions;
    this.monitoring = monitoring;
    this.registry = registry;
    this.json = json;
    this.request = request;
    this.shell = shell;
  }

  @CheckedTemplate(basePath = "ModelPages")
  static final class Templates {

    private Templates() {}

    static native TemplateInstance all(Index page);

    static native TemplateInstance one(One page);
  }

  /** All versions, and which served when. */
  @GET
  public TemplateInstance all() {
    ModelWatch watch = watched(monitoring::champion);
    Set<String> reported = registry.versionsWith(REPORT);
    return Templates.all(
        new Index(
            models.list().stream().map(one -> line(one, reported.contains(one.version()))).toList(),
            promotions.list(),
            watch,
            watch == null ? "" : ModelData.tone(watch.state())));
  }

  /** One version: its gate, and what monitoring says of it. */
  @GET
  @Path("/{version}")
  public TemplateInstance one(@RestPath String version) {
    return Templates.one(page(version, null));
  }

  /** The report of its training, as it was written then. */
  @GET
  @Path("/{version}/report")
  public Response report(@RestPath String version) {
    byte[] report =
        registry
            .filesOf(version)
            .map(files -> files.get(REPORT))
            .orElseThrow(() -> Problem.notFound("There is no report of a model " + version + "."));
    // In place of the policy of all pages: of two, a browser obeys both, and the report has style.
    request.getCurrent().response().headers().set("Content-Security-Policy", REPORT_POLICY);
    return Response.ok(report, "text/html;charset=UTF-8").build();
  }

  /** Makes it the champion. */
  @POST
  @Path("/{version}/promote")
  @OwnForm
  @RolesAllowed({Roles.DATA_SCIENTIST, Roles.OPERATOR})
  public Response promote(
      @RestPath String version,
      @RestForm @Nullable String reason,
      @Context SecurityContext security) {
    return step(version, () -> models.promote(version, why(reason), security));
  }

  /** Lets the champion before it serve again. */
  @POST
  @Path("/{version}/rollback")
  @OwnForm
  @RolesAllowed({Roles.DATA_SCIENTIST, Roles.OPERATOR})
  public Response rollback(
      @RestPath String version,
      @RestForm @Nullable String reason,
      @Context SecurityContext security) {
    return step(version, () -> models.rollback(version, why(reason), security));
  }

  /** Scores it in shadow from now on. */
  @POST
  @Path("/{version}/challenge")
  @OwnForm
  @RolesAllowed({Roles.DATA_SCIENTIST, Roles.OPERATOR})
  public Response challenge(@RestPath String version, @Context SecurityContext security) {
    return step(version, () -> models.challenge(version, security));
  }

  /** Scores it in shadow no longer. */
  @POST
  @Path("/{version}/retire")
  @OwnForm
  @RolesAllowed({Roles.DATA_SCIENTIST, Roles.OPERATOR})
  public Response retire(@RestPath String version, @Context SecurityContext security) {
    return step(version, () -> models.retire(version, security));
  }

  private One page(String version, @Nullable String problem) {
    ModelVersion model =
        models.list().stream()
            .filter(one -> one.version().equals(version))
            .findFirst()
            .orElseThrow(() -> Problem.notFound("There is no model " + version + "."));
    ModelWatch watch = watched(() -> monitoring.model(version));
    JsonNode gate = gate(model);
    return new One(
        model,
        gate.path("passed").asBoolean(false),
        registry.versionsWith(REPORT).contains(version),
        rules(gate),
        watch,
        watch == null || watch.weeks().isEmpty()
            ? null
            : RatioChart.of(watch.weeks(), shell.formats()),
        watch == null ? List.of() : watch.drift().stream().limit(MOST_DRIFT).toList(),
        shell.has(Roles.DATA_SCIENTIST) || shell.has(Roles.OPERATOR),
        problem);
  }

  private Line line(ModelVersion model, boolean reported) {
    JsonNode gate = gate(model);
    return new Line(
        model,
        gate.path("passed").asBoolean(false),
        rules(gate).stream().filter(rule -> !rule.holds()).toList(),
        reported);
  }

  private static List<Rule> rules(JsonNode gate) {
    List<Rule> rules = new ArrayList<>();
    for (JsonNode rule : gate.path("rules")) {
      rules.add(
          new Rule(
              rule.path("name").asText(),
              rule.path("holds").asBoolean(true),
              rule.path("figures").asText()));
    }
    return rules;
  }

  private JsonNode gate(ModelVersion model) {
    try {
      return json.readTree(model.gate());
    } catch (JsonProcessingException damaged) {
      throw new IllegalStateException(
          "the gate of model " + model.version() + " cannot be read", damaged);
    }
  }

  /** What monitoring says; null if it has not said anything yet. */
  private static @Nullable ModelWatch watched(Supplier<ModelWatch> watch) {
    try {
      return watch.get();
    } catch (Problem problem) {
      if (problem.status() == Response.Status.NOT_FOUND.getStatusCode()) {
        return null;
      }
      throw problem;
    }
  }

  private ModelsResource.Why why(@Nullable String reason) {
    return new ModelsResource.Why(
        Forms.required(shell.words(), reason, LONGEST_REASON, "model_reason"));
  }

  /** Does a step and shows the version again, with what is wrong if it cannot be done. */
  private Response step(String version, Runnable step) {
    try {
      step.run();
      return Response.seeOther(
              UriBuilder.fromPath("/models/{version}").buildFromMap(Map.of("version", version)))
          .build();
    } catch (Problem problem) {
      return Forms.page(problem.status(), Templates.one(page(version, problem.detail())));
    }
  }
}
