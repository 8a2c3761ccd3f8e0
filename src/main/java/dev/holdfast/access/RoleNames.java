package dev.holdfast.access;

import dev.holdfast.platform.Problem;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Sets of roles as stored: names with commas between. */
final class RoleNames {

  private RoleNames() {}

  static Set<String> split(String stored) {
    return new LinkedHashSet<>(List.of(stored.split(",", -1)));
  }

  /**
   * The stored form.
   *
   * @throws Problem if there is none, or one that does not exist
   */
  static String join(Collection<String> roles) {
    if (roles.isEmpty() || !Roles.ALL.containsAll(roles)) {
      throw Problem.badRequest(
          "roles must be one or more of " + String.join(", ", Roles.ALL) + ", were " + roles + ".");
    }
    return String.join(",", new LinkedHashSet<>(roles));
  }
}
