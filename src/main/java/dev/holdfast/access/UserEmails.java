package dev.holdfast.access;

import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.SystemClock;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Where users read mail, by the name that they sign in with: of the users table, or of the people
 * whom OIDC knows.
 */
@ApplicationScoped
public class UserEmails {

  private static final int LONGEST = 254;

  /**
   * The plain form {@code local@domain} of RFC 5321: no quotes, no display name, no line breaks, so
   * that nothing but an address gets into the head of a message.
   */
  private static final Pattern ADDRESS =
      Pattern.compile(
          "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
              + "@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

  private final DataSource database;
  private final SystemClock clock;
  private final Audit audit;
  private final boolean peopleElsewhere;

  UserEmails(
      DataSource database,
      SystemClock clock,
      Audit audit,
      @ConfigProperty(name = "quarkus.oidc.tenant-enabled") boolean oidc) {
    this.database = database;
    this.clock = clock;
    this.audit = audit;
    this.peopleElsewhere = oidc;
  }

  /** Where this user reads mail. */
  public Optional<String> of(String user) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT address FROM user_email WHERE user_name = ?")) {
      select.setString(1, user);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the address of a user cannot be read", failure);
    }
  }

  /**
   * Says where a user reads mail, audited without the address.
   *
   * @param address null for nowhere
   * @throws Problem 400 for what is no address, 404 if nobody of this name can sign in
   */
  @Transactional
  public void set(String user, @Nullable String address, String actor) {
    if (!peopleElsewhere && UserAccount.named(user).isEmpty()) {
      throw Problem.notFound("There is no user " + user + ".");
    }
    if (address != null && (address.length() > LONGEST || !ADDRESS.matcher(address).matches())) {
      throw Problem.badRequest(
          "An e-mail address has the form name@host and at most " + LONGEST + " characters.");
    }
    try (Connection connection = database.getConnection();
        PreparedStatement change =
            connection.prepareStatement(
                address == null
                    ? "DELETE FROM user_email WHERE user_name = ?"
                    : "REPLACE INTO user_email (user_name, address, changed_at) VALUES (?, ?, ?)")) {
      change.setString(1, user);
      if (address != null) {
        change.setString(2, address);
        SqlTime.set(change, 3, clock.now());
      }
      change.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException("the address of a user cannot be written", failure);
    }
    audit.record(actor, address == null ? "email-removed" : "email-set", user, null);
  }
}
