package dev.holdfast.platform;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Makes a page of the problem that a resource answered to a person. */
@ApplicationScoped
class ProblemPageFilter {

  private final Instance<ProblemPage> pages;

  ProblemPageFilter(Instance<ProblemPage> pages) {
    this.pages = pages;
  }

  @ServerResponseFilter
  void show(ContainerResponseContext response, RoutingContext context) {
    MediaType type = response.getMediaType();
    if (response.getStatus() >= 400
        && type != null
        && type.toString().startsWith(ProblemMappers.MEDIA_TYPE)
        && response.getEntity() instanceof Map<?, ?> body
        && ProblemPage.wantedBy(context)
        && pages.isResolvable()) {
      Problem problem =
          Problem.of(
              response.getStatus(),
              String.valueOf(body.get("title")),
              String.valueOf(body.get("detail")));
      Object instance = body.get("instance");
      if (instance != null) {
        problem.with("instance", instance);
      }
      response.setEntity(pages.get().html(context, problem));
      response.getHeaders().putSingle(HttpHeaders.CONTENT_TYPE, "text/html;charset=UTF-8");
    }
  }
}
