package dev.holdfast.campaign;

import dev.holdfast.access.Audit;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.time.Instant;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The versions of the contact policy. The newest is in force at once for whoever contacts; version
 * 0 is the one that ships.
 */
@ApplicationScoped
public class ContactPolicies {

  private final DataSource database;
  private final BusinessClock clock;
  private final Audit audit;

  /**
   * The version read last: each look asks the database which is in force, and rarely reads more.
   */
  private volatile Version last =
      new Version(0, ContactPolicy.initial(), Instant.EPOCH, "holdfast");

  ContactPolicies(DataSource database, BusinessClock clock, Audit audit) {
    this.database = database;
    this.clock = clock;
    this.audit = audit;
  }

  /**
   * A version of the policy.
   *
   * @param number 0 for the policy that ships, then 1, 2, ...
   * @param since when it was set
   * @param setBy by whom
   */
  public record Version(long number, ContactPolicy policy, Instant since, String setBy) {}

  /** The policy in force, as committed. */
  public Version inForce() {
    try (Connection connection = database.getConnection()) {
      return inForce(connection);
    } catch (SQLException failure) {
      throw new IllegalStateException("the contact policy cannot be read", failure);
    }
  }

  private Version inForce(Connection connection) throws SQLException {
    long newest = newest(connection);
    Version known = last;
    if (newest == known.number()) {
      return known;
    }
    if (newest == 0) {
      return new Version(0, ContactPolicy.initial(), Instant.EPOCH, "holdfast");
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT document, created_at, created_by FROM contact_policy WHERE version = ?")) {
      select.setLong(1, newest);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        Version read =
            new Version(
                newest,
                ContactPolicy.read(row.getString(1)),
                SqlTime.required(row, "created_at"),
                row.getString(3));
        last = read;
        return read;
      }
    }
  }

  private static long newest(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("SELECT COALESCE(MAX(version), 0) FROM contact_policy");
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /**
   * Puts a policy in force; audited.
   *
   * @param expected the version that must be in force until now, null for any
   * @throws Problem 412 if another one is
   */
  @Transactional
  public Version set(ContactPolicy policy, @Nullable Long expected, String actor) {
    try (Connection connection = database.getConnection()) {
      long before = newest(connection);
      if (expected != null && expected != before) {
        throw stale(before);
      }
      Version version = new Version(before + 1, policy, clock.now(), actor);
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO contact_policy (version, document, owner, created_at, created_by)"
                  + " VALUES (?,?,?,?,?)")) {
        insert.setLong(1, version.number());
        insert.setString(2, policy.write().toString());
        insert.setString(3, policy.owner());
        SqlTime.set(insert, 4, version.since());
        insert.setString(5, actor);
        insert.executeUpdate();
      } catch (SQLIntegrityConstraintViolationException meanwhile) {
        throw stale(before + 1);
      }
      audit.record(
          actor,
          "contact-policy-set",
          "contact-policy:" + version.number(),
          "owner " + policy.owner() + ", after version " + before);
      return version;
    } catch (SQLException failure) {
      throw new IllegalStateException("the contact policy cannot be set", failure);
    }
  }

  private static Problem stale(long inForce) {
    return Problem.of(
        412,
        "Precondition Failed",
        "Version " + inForce + " of the contact policy is in force. Read it again.");
  }
}
