package dev.holdfast.access;

import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.SystemClock;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.credential.PasswordCredential;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.request.UsernamePasswordAuthenticationRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Browsers in which somebody signed in. A session is a row: it ends at once, on every replica, when
 * its owner signs out, gets a new password or may not sign in any more.
 */
@ApplicationScoped
public class Sessions {

  private static final int TOKEN_BYTES = 32;

  /** How exactly it is known when somebody was seen last: a write at each request helps nobody. */
  private static final Duration SEEN_WITHIN = Duration.ofMinutes(1);

  private static final byte[] NO_SALT = new byte[0];

  private final DataSource database;
  private final SystemClock clock;
  private final SessionConfig config;
  private final IdentityProviderManager identities;

  Sessions(
      DataSource database,
      SystemClock clock,
      SessionConfig config,
      IdentityProviderManager identities) {
    this.database = database;
    this.clock = clock;
    this.config = config;
    this.identities = identities;
  }

  /** Who has a session. */
  record Owner(String name, Set<String> roles) {}

  /**
   * Signs a user in.
   *
   * @return the token for the cookie; empty if name or password are wrong
   * @throws Problem 429 if this name was tried too often
   */
  public Optional<String> open(String name, String password) {
    Optional<String> user = userOf(name, password);
    if (user.isEmpty()) {
      return Optional.empty();
    }
    String token = Secrets.token(TOKEN_BYTES);
    insert(user.get(), token);
    // A reset that began in between may have ended only the sessions before this one.
    if (userOf(name, password).isEmpty()) {
      end(token);
      return Optional.empty();
    }
    return Optional.of(token);
  }

  /** The name under which the user is known; empty if name or password are wrong. */
  private Optional<String> userOf(String name, String password) {
    try {
      return Optional.of(
          identities
              .authenticateBlocking(
                  new UsernamePasswordAuthenticationRequest(
                      name, new PasswordCredential(password.toCharArray())))
              .getPrincipal()
              .getName());
    } catch (AuthenticationFailedException wrong) {
      if (wrong.getCause() instanceof Problem tooOften) {
        throw tooOften;
      }
      return Optional.empty();
    }
  }

  /** Adds the session, and waits until nobody is changing its owner. */
  private void insert(String name, String token) {
    Instant now = clock.now();
    try (Connection connection = database.getConnection()) {
      try (PreparedStatement sweep =
          connection.prepareStatement("DELETE FROM browser_session WHERE seen_at < ?")) {
        SqlTime.set(sweep, 1, now.minus(config.idle()));
        sweep.executeUpdate();
      }
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO browser_session (token_digest, user_name, created_at, seen_at) VALUES"
                  + " (?,?,?,?)")) {
        insert.setBytes(1, digest(token));
        insert.setString(2, name);
        SqlTime.set(insert, 3, now);
        SqlTime.set(insert, 4, now);
        insert.executeUpdate();
      }
      // A column that no index has: in an index alone there is no lock of the row to wait for.
      try (PreparedStatement owner =
          connection.prepareStatement(
              "SELECT password_hash FROM user_account WHERE name = ? LOCK IN SHARE MODE")) {
        owner.setString(1, name);
        owner.executeQuery().close();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("a session cannot be opened", failure);
    }
  }

  /** Ends the session of this token, if there is one. */
  public void end(String token) {
    try (Connection connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM browser_session WHERE token_digest = ?")) {
      delete.setBytes(1, digest(token));
      delete.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException("a session cannot be ended", failure);
    }
  }

  /** Ends every session of a user, in the caller's transaction. */
  void endAllOf(String name) {
    try (Connection connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM browser_session WHERE user_name = ?")) {
      delete.setString(1, name);
      delete.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException("the sessions of a user cannot be ended", failure);
    }
  }

  /**
   * Whose session this token opens, if it is not over.
   *
   * @param attended true if somebody asked: that the session was seen is noted
   */
  Optional<Owner> owner(String token, boolean attended) {
    Instant now = clock.now();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT s.seen_at, u.name, u.roles FROM browser_session s JOIN user_account u ON"
                    + " u.name = s.user_name WHERE s.token_digest = ? AND s.seen_at > ? AND"
                    + " s.created_at > ? AND u.disabled = FALSE")) {
      select.setBytes(1, digest(token));
      SqlTime.set(select, 2, now.minus(config.idle()));
      SqlTime.set(select, 3, now.minus(config.longest()));
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        if (attended && SqlTime.required(row, "seen_at").plus(SEEN_WITHIN).isBefore(now)) {
          seen(connection, token, now);
        }
        return Optional.of(
            new Owner(row.getString("name"), RoleNames.split(row.getString("roles"))));
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("a session cannot be read", failure);
    }
  }

  private static void seen(Connection connection, String token, Instant now) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE browser_session SET seen_at = ? WHERE token_digest = ?")) {
      SqlTime.set(update, 1, now);
      update.setBytes(2, digest(token));
      update.executeUpdate();
    }
  }

  /** Tokens have as many random bits as the digest: salt and slowness would add nothing. */
  private static byte[] digest(String token) {
    return Secrets.sha256(NO_SALT, token);
  }
}
