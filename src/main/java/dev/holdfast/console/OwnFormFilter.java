package dev.holdfast.console;

import dev.holdfast.access.FormToken;
import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.WithFormRead;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

/** Refuses forms that are not of our own pages. */
class OwnFormFilter {

  @OwnForm
  @WithFormRead
  @ServerRequestFilter
  void check(ResteasyReactiveContainerRequestContext request, RoutingContext context) {
    var form = (ResteasyReactiveRequestContext) request.getServerRequestContext();
    Object field =
        form.getFormData() == null ? null : form.getFormParameter(FormToken.FIELD, true, false);
    FormToken.require(context, field == null ? null : field.toString());
  }
}
