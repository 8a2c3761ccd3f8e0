package dev.holdfast.event.file;

import dev.holdfast.access.Roles;
import dev.holdfast.platform.Problem;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The files that are imported and those that were, for operators. */
@Path("/api/v1/imports")
@Blocking
@RolesAllowed(Roles.OPERATOR)
public class ImportsResource {

  private final ImportRuns runs;

  ImportsResource(ImportRuns runs) {
    this.runs = runs;
  }

  /** The newest imports first. */
  @GET
  @Operation(
      summary = "Imports of files, the newest first, with how far each is",
      description =
          "A file is imported by the command `holdfast import`. `state` is `running`, `done`,"
              + " `failed` or `broken-off`: nothing was heard of its process for 90 seconds. What such"
              + " an import brought stays; the same command again brings the rest and doubles nothing."
              + " Of events, `applied`, `duplicates`, `quarantined` and `erased` are by how much the"
              + " books of the source grew meanwhile; of customers, `applied` are new and"
              + " `duplicates` were known.")
  public List<ImportRun> newest(
      @RestQuery @DefaultValue("50") @Min(1) @Max(500) int limit,
      @Parameter(description = "only those with a lower id", example = "1200") @RestQuery
          @Nullable Long before) {
    return runs.newest(before, limit);
  }

  /** One import. */
  @GET
  @Path("/{id}")
  public ImportRun one(@RestPath long id) {
    return runs.byId(id).orElseThrow(() -> Problem.notFound("There is no import " + id + "."));
  }
}
