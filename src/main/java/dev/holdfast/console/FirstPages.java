package dev.holdfast.console;

import dev.holdfast.access.Roles;
import dev.holdfast.console.NavEntry.Group;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;

/** The pages of this room itself. */
@ApplicationScoped
class FirstPages implements Pages {

  static final Set<String> PEOPLE =
      Set.of(Roles.VIEWER, Roles.AGENT, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST, Roles.OPERATOR);

  @Override
  public List<NavEntry> entries() {
    return List.of(
        new NavEntry("home", "/", Group.TODAY, 1, "h", PEOPLE),
        new NavEntry("my_list", "/my-list", Group.TODAY, 2, "m", Set.of(Roles.AGENT)),
        new NavEntry("call_lists", "/call-lists", Group.TODAY, 3, "l", PEOPLE),
        new NavEntry(
            "customers",
            "/customers",
            Group.KEEP,
            1,
            "c",
            Set.of(Roles.VIEWER, Roles.AGENT, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST)),
        new NavEntry("warnings", "/warnings", Group.KEEP, 3, "w", PEOPLE));
  }
}
