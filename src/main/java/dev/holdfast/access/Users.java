package dev.holdfast.access;

import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SystemClock;
import io.quarkus.elytron.security.common.BcryptUtil;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The people who may sign in with a password. */
@ApplicationScoped
public class Users {

  static final int LONGEST_NAME = 100;

  private static final int SHORTEST = 12;

  /** More is ignored by bcrypt, so that two different passwords would be the same. */
  private static final int LONGEST_BYTES = 72;

  private final SystemClock clock;
  private final Audit audit;
  private final UserEmails emails;
  private final Sessions sessions;

  Users(SystemClock clock, Audit audit, UserEmails emails, Sessions sessions) {
    this.clock = clock;
    this.audit = audit;
    this.emails = emails;
    this.sessions = sessions;
  }

  /**
   * A user without the password.
   *
   * @param roles some of {@link Roles}
   * @param disabled true if the user may not sign in
   * @param email where the user reads mail; null if that is not known
   */
  public record User(
      String name,
      Set<String> roles,
      boolean disabled,
      Instant createdAt,
      @Nullable String email) {}

  /** All users by name. */
  @Transactional
  public List<User> list() {
    return UserAccount.all().stream()
        .map(
            user ->
                new User(
                    user.name,
                    user.roleSet(),
                    user.disabled,
                    user.createdAt,
                    emails.of(user.name).orElse(null)))
        .toList();
  }

  /** True if nobody was ever created. */
  @Transactional
  public boolean none() {
    return UserAccount.count() == 0;
  }

  /**
   * Creates a user, audited.
   *
   * @throws Problem if the name is taken, or password or roles are refused
   */
  @Transactional
  public void create(String name, String password, Collection<String> roles, String actor) {
    if (name.isBlank() || name.length() > LONGEST_NAME || name.contains(":")) {
      throw Problem.badRequest(
          "A user's name has 1 to " + LONGEST_NAME + " characters and no colon.");
    }
    if (UserAccount.named(name).isPresent()) {
      throw Problem.conflict("There is a user " + name + " already.");
    }
    var user = new UserAccount();
    user.name = name;
    user.passwordHash = hash(password);
    user.roles = RoleNames.join(roles);
    user.createdAt = clock.now();
    user.persist();
    audit.record(actor, "user-created", name, user.roles);
  }

  /**
   * Gives a user a new generated password, audited; the old one ends at once.
   *
   * @return the password, to be shown once
   * @throws Problem if there is no such user
   */
  @Transactional
  public String resetPassword(String name, String actor) {
    UserAccount user =
        UserAccount.named(name)
            .orElseThrow(() -> Problem.notFound("There is no user " + name + "."));
    String password = Secrets.readable();
    user.passwordHash = hash(password);
    // First the row of the user, for which a sign-in waits, then the sessions that there are.
    UserAccount.flush();
    sessions.endAllOf(user.name);
    audit.record(actor, "password-reset", user.name, null);
    return password;
  }

  /**
   * Lets a user sign in or not, audited; what is open under the name ends at once.
   *
   * @param disabled false to let the user in again
   * @throws Problem if there is no such user, or it is the actor who would be locked out
   */
  @Transactional
  public void setDisabled(String name, boolean disabled, String actor) {
    UserAccount user =
        UserAccount.named(name)
            .orElseThrow(() -> Problem.notFound("There is no user " + name + "."));
    if (disabled && user.name.equals(actor)) {
      throw Problem.conflict("Nobody can disable their own user: ask another operator.");
    }
    if (user.disabled == disabled) {
      return;
    }
    user.disabled = disabled;
    sessions.endAllOf(user.name);
    audit.record(actor, disabled ? "user-disabled" : "user-enabled", user.name, null);
  }

  private static String hash(String password) {
    int bytes = password.getBytes(StandardCharsets.UTF_8).length;
    if (password.length() < SHORTEST || bytes > LONGEST_BYTES) {
      throw Problem.badRequest(
          "A password has at least "
              + SHORTEST
              + " characters and at most "
              + LONGEST_BYTES
              + " bytes.");
    }
    return BcryptUtil.bcryptHash(password);
  }
}
