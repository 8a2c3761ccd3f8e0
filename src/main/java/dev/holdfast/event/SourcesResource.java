package dev.holdfast.event;

import dev.holdfast.access.Audit;
import dev.holdfast.access.Roles;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
import io.quarkus.security.identity.SecurityIdentity;
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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** The sources of events: how they report and how far they have reported everything. */
@Path("/api/v1/sources")
@Retried
class SourcesResource {

  private final Sources sources;
  private final BusinessClock clock;
  private final Audit audit;
  private final SecurityIdentity caller;

  SourcesResource(Sources sources, BusinessClock clock, Audit audit, SecurityIdentity caller) {
    this.sources = sources;
    this.clock = clock;
    this.audit = audit;
    this.caller = caller;
  }

  /**
   * How a source reports.
   *
   * @param cadence stream, hourly or daily
   * @param maxSilence ISO 8601 duration; absent for the cadence's default
   */
  record Declaration(
      @NotBlank @Size(max = 100) String name,
      @NotBlank String cadence,
      @Nullable Duration maxSilence) {}

  /**
   * A declaration of completeness.
   *
   * @param through everything up to this instant has been reported
   */
  record Completion(@NotNull Instant through) {}

  /**
   * A source as shown.
   *
   * @param reported how far it has reported; the watermark stands still behind it while the feed is
   *     doubted
   * @param health normal, or what is wrong: silent, thin, shifted; null before it was watched
   * @param customers whose last use it reported, as last counted
   * @param incident number of its open incident, for {@code /api/v1/warnings/{id}}
   */
  record SourceView(
      String name,
      String cadence,
      Duration maxSilence,
      @Nullable Instant watermark,
      @Nullable Instant heldFrom,
      @Nullable Instant heldThrough,
      @Nullable Instant reported,
      @Nullable String health,
      long customers,
      @Nullable Long incident,
      Source.Books books) {

    static SourceView of(Source source) {
      return new SourceView(
          source.name(),
          source.cadence().wireName(),
          source.maxSilence(),
          source.watermark().reached(),
          source.watermark().heldFrom(),
          source.watermark().heldThrough(),
          source.feed().reported(),
          source.feed().health(),
          source.feed().customers(),
          source.feed().incident(),
          source.books());
    }
  }

  /** All sources, by name. */
  @GET
  @RolesAllowed({
    Roles.VIEWER,
    Roles.AGENT,
    Roles.RETENTION_LEAD,
    Roles.DATA_SCIENTIST,
    Roles.OPERATOR,
    Roles.SERVICE
  })
  public List<SourceView> list() {
    return sources.all().stream().map(SourceView::of).toList();
  }

  /** Makes a source or changes how it reports. */
  @PUT
  @RolesAllowed(Roles.OPERATOR)
  @Transactional
  public SourceView declare(@NotNull @Valid Declaration declaration) {
    try {
      Cadence cadence = Cadence.of(declaration.cadence());
      Duration maxSilence = declaration.maxSilence();
      Source source =
          sources.declare(
              declaration.name(), cadence, maxSilence == null ? cadence.maxSilence() : maxSilence);
      audit.record(
          caller.getPrincipal().getName(),
          "source-declared",
          source.name(),
          source.cadence().wireName() + ", at most " + source.maxSilence() + " silent");
      return SourceView.of(source);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(String.valueOf(e.getMessage()));
    }
  }

  /** Declares that a source has reported everything up to an instant; never goes back. */
  @POST
  @Path("/{name}:complete")
  @RolesAllowed({Roles.OPERATOR, Roles.SERVICE})
  @Transactional
  public SourceView complete(@RestPath String name, @NotNull @Valid Completion completion) {
    if (completion.through().isAfter(clock.now().plus(EventJson.MAX_AHEAD))) {
      throw Problem.unprocessable(
          "through must not be later than the business clock's now "
              + clock.now()
              + ", was "
              + completion.through()
              + ".");
    }
    if (sources.byName(name).isEmpty()) {
      throw Problem.notFound(
          "There is no source \"" + name + "\". Declare it with PUT /api/v1/sources first.");
    }
    Source source = sources.completeThrough(name, completion.through());
    audit.record(
        caller.getPrincipal().getName(),
        "source-completed",
        name,
        "through " + completion.through());
    return SourceView.of(source);
  }
}
