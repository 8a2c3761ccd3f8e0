package dev.holdfast.access;

import dev.holdfast.platform.Leases;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * At the first start of a service with a users table, creates one user per role and prints the
 * generated passwords to the console, once; they never go to the log.
 */
@ApplicationScoped
class FirstUsers {

  private static final Duration LEASE = Duration.ofMinutes(1);

  private static final List<User> FIRST =
      List.of(
          new User("viewer", Roles.VIEWER),
          new User("agent", Roles.AGENT),
          new User("lead", Roles.RETENTION_LEAD),
          new User("scientist", Roles.DATA_SCIENTIST),
          new User("operator", Roles.OPERATOR));

  private record User(String name, String role) {}

  private final Users users;
  private final Leases leases;
  private final boolean wanted;

  FirstUsers(
      Users users,
      Leases leases,
      @ConfigProperty(name = "holdfast.access.first-users", defaultValue = "false") boolean service,
      @ConfigProperty(name = "quarkus.oidc.tenant-enabled") boolean oidc) {
    this.users = users;
    this.leases = leases;
    // With OIDC the people come from there, and a password on the console would end in a log.
    this.wanted = service && !oidc;
  }

  void atStart(@Observes StartupEvent start) {
    if (!wanted || !users.none()) {
      return;
    }
    // Of several replicas that start together, one creates the users.
    leases.holding("first-users", LEASE, this::createIfNone);
  }

  private boolean createIfNone() {
    boolean first = users.none();
    if (first) {
      System.err.println(announcement(create()));
    }
    return first;
  }

  private Map<String, String> create() {
    var passwords = new LinkedHashMap<String, String>();
    for (User user : FIRST) {
      String password = Secrets.readable();
      users.create(user.name(), password, List.of(user.role()), "first-start");
      passwords.put(user.name(), password);
    }
    return passwords;
  }

  private static String announcement(Map<String, String> passwords) {
    var text =
        new StringBuilder(
            "\nFirst start: these users were created. The passwords are shown once; a new one:"
                + " holdfast users password NAME\n\n");
    passwords.forEach(
        (name, password) -> text.append(String.format("  %-10s %s%n", name, password)));
    return text.toString();
  }
}
