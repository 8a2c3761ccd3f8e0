package dev.holdfast.campaign;

import dev.holdfast.platform.SqlTime;
import io.quarkus.narayana.jta.QuarkusTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/** Rows that tests of the desk start from: parties who may be called, and their tasks. */
public final class DeskTables {

  private static final AtomicLong NUMBERS = new AtomicLong(System.nanoTime() % 1_000_000_000L);

  private final DataSource database;

  /** Writes into this database. */
  public DeskTables(DataSource database) {
    this.database = database;
  }

  /** A customer of a party of its own. */
  public record Person(long partyId, long customerId, String name, String phone) {}

  /** A person in Shanghai who consents, has a number nobody else has, and a state of no history. */
  public Person person(Instant since) {
    long number = NUMBERS.incrementAndGet();
    String name = "desk:" + number;
    String phone = "+86" + (10_000_000_000L + number);
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              long party =
                  insert(
                      "INSERT INTO party (zone, created_at) VALUES ('Asia/Shanghai', ?) RETURNING"
                          + " id",
                      since);
              long customer =
                  insert(
                      "INSERT INTO customer (party_id, profile, created_at) VALUES ("
                          + party
                          + ", '{\"name\":\"王小明\"}', ?) RETURNING id",
                      since);
              update(
                  "INSERT INTO customer_identifier (namespace, value, valid_from, customer_id)"
                      + " VALUES ('desk', '"
                      + number
                      + "', ?, "
                      + customer
                      + ")",
                  Instant.parse("2000-01-01T00:00:00Z"));
              update(
                  "INSERT INTO contact_point (party_id, channel, value, since) VALUES ("
                      + party
                      + ", 'phone', '"
                      + phone
                      + "', ?)",
                  since);
              update(
                  "INSERT INTO consent (party_id, channel, purpose, granted, since, origin) VALUES ("
                      + party
                      + ", 'phone', 'retention', TRUE, ?, 'test')",
                  since);
              return new Person(party, customer, name, phone);
            });
  }

  /** A running campaign that holds nobody out. */
  public long campaign(String name, Instant since) {
    return QuarkusTransaction.requiringNew()
        .call(
            () ->
                insert(
                    "INSERT INTO campaign (name, state, enter_threshold, leave_threshold,"
                        + " hold_out_share, cool_down_days, capacity_minutes, intake,"
                        + " customer_value, offer_cost, contact_cost, minutes_per_call, salt, run,"
                        + " created_at, created_by) VALUES ('"
                        + name
                        + "', 'running', 0.5, 0.4, 0, 30, 480, 0, 200, 10, 1, 8,"
                        + " UNHEX('000102030405060708090A0B0C0D0E0F'), 1, ?, 'test') RETURNING id",
                    since));
  }

  /** A pending call task of an open episode. */
  public long task(long campaignId, Person person, double risk, Instant since) {
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              long episode =
                  insert(
                      "INSERT INTO episode (campaign_id, run, party_id, customer_id, cause, risk,"
                          + " model_id, arm, opened_at, open_marker) VALUES ("
                          + campaignId
                          + ", 1, "
                          + person.partyId()
                          + ", "
                          + person.customerId()
                          + ", 'crossing', "
                          + risk
                          + ", 1, 'treatment', ?, 1) RETURNING id",
                      since);
              return insert(
                  "INSERT INTO call_task (campaign_id, episode_id, party_id, customer_id, state,"
                      + " risk, reasons, created_at, priority, lot) VALUES ("
                      + campaignId
                      + ", "
                      + episode
                      + ", "
                      + person.partyId()
                      + ", "
                      + person.customerId()
                      + ", 'pending', "
                      + risk
                      + ", '[\"no use for 12 days\"]', ?, "
                      + 5 * risk
                      + ", "
                      + person.partyId() % 1_000 / 1_000.0
                      + ") RETURNING id",
                  since);
            });
  }

  /** The one number that a query gives. */
  public long number(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Changes rows, as something else would. */
  public void change(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update = connection.prepareStatement(sql)) {
      update.executeUpdate();
    }
  }

  private long insert(String sql, Instant at) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert = connection.prepareStatement(sql)) {
      SqlTime.set(insert, 1, at);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private void update(String sql, Instant at) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update = connection.prepareStatement(sql)) {
      SqlTime.set(update, 1, at);
      update.executeUpdate();
    }
  }
}
