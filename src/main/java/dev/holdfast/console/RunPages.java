package dev.holdfast.console;

import dev.holdfast.access.Roles;
import dev.holdfast.console.NavEntry.Group;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;

/** The pages of models and of running the service, in the navigation. */
@ApplicationScoped
class RunPages implements Pages {

  @Override
  public List<NavEntry> entries() {
    return List.of(
        new NavEntry(
            "models",
            "/models",
            Group.RUN,
            1,
            "d",
            Set.of(Roles.VIEWER, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST, Roles.OPERATOR)),
        new NavEntry("operate", "/operate", Group.RUN, 2, "o", Set.of(Roles.OPERATOR)));
  }
}
