package dev.holdfast.console;

import dev.holdfast.access.Roles;
import io.quarkus.arc.All;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The search box: as a page, and as the few that are shown while typing. */
@Path("/search")
@Blocking
@Produces(MediaType.TEXT_HTML)
@RolesAllowed({
  Roles.VIEWER,
  Roles.AGENT,
  Roles.RETENTION_LEAD,
  Roles.DATA_SCIENTIST,
  Roles.OPERATOR
})
public class SearchResource {

  private static final int MOST = 25;
  private static final int MOST_WHILE_TYPING = 5;
  private static final int LONGEST = 200;

  private final List<SearchSource> sources;
  private final Shell shell;

  SearchResource(@All List<SearchSource> sources, Shell shell) {
    this.sources = sources;
    this.shell = shell;
  }

  /** What was found. */
  public record Results(String words, List<SearchSource.Found> found) {}

  @CheckedTemplate(basePath = "SearchPages")
  static final class Templates {

    private Templates() {}

    static native TemplateInstance page(Results results);

    static native TemplateInstance some(Results results);
  }

  @GET
  public TemplateInstance all(@RestQuery @Nullable String q) {
    return Templates.page(find(q, MOST));
  }

  @GET
  @Path("/some")
  public TemplateInstance some(@RestQuery @Nullable String q) {
    return Templates.some(find(q, MOST_WHILE_TYPING));
  }

  private Results find(@Nullable String q, int most) {
    String words = q == null ? "" : q.strip();
    if (words.length() > LONGEST) {
      words = words.substring(0, LONGEST);
    }
    String wanted = words;
    return new Results(
        words,
        wanted.isEmpty()
            ? List.of()
            : sources.stream()
                .flatMap(source -> source.find(wanted, shell, most).stream())
                .toList());
  }
}
