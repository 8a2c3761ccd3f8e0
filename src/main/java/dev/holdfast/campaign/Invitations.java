package dev.holdfast.campaign;

import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Whom a campaign for the customers of an incident is for, until each is looked at; in the caller's
 * transaction.
 */
@ApplicationScoped
class Invitations {

  private static final int AT_ONCE = 4_096;

  private final DataSource database;

  Invitations(DataSource database) {
    this.database = database;
  }

  /**
   * Adds customers, who were silent since an instant.
   *
   * @return how many
   */
  int add(long campaignId, Instant silentSince, Iterator<Long> customers) {
    int added = 0;
    List<Long> some = new ArrayList<>();
    while (customers.hasNext()) {
      some.add(customers.next());
      if (some.size() == AT_ONCE || !customers.hasNext()) {
        insert(campaignId, silentSince, some);
        added += some.size();
        some.clear();
      }
    }
    return added;
  }

  private void insert(long campaignId, Instant silentSince, List<Long> customers) {
    try (Connection connection = database.getConnection()) {
      for (List<Long> chunk : Jdbc.chunks(customers)) {
        try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO invited (campaign_id, customer_id, silent_since) VALUES "
                    + "(?,?,?),".repeat(chunk.size() - 1)
                    + "(?,?,?)")) {
          int at = 1;
          for (long customer : chunk) {
            insert.setLong(at++, campaignId);
            insert.setLong(at++, customer);
            SqlTime.set(insert, at++, silentSince);
          }
          insert.executeUpdate();
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("customers cannot be invited", failure);
    }
  }

  /** The next of a campaign, by customer since when they are silent. */
  Map<Long, Instant> next(Campaign campaign, int most) {
    Map<Long, Instant> next = new HashMap<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT customer_id, silent_since FROM invited WHERE campaign_id = ?"
                    + " ORDER BY MD5(CONCAT(HEX(?), customer_id)) LIMIT ?")) {
      select.setLong(1, campaign.id);
      select.setBytes(2, campaign.salt);
      select.setInt(3, most);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          next.put(row.getLong(1), SqlTime.required(row, "silent_since"));
        }
      }
      return next;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read who is invited", failure);
    }
  }

  /** Takes customers off: each is looked at once. */
  void lookedAt(long campaignId, Collection<Long> customers) {
    try (Connection connection = database.getConnection()) {
      for (List<Long> chunk : Jdbc.chunks(List.copyOf(customers))) {
        try (PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM invited WHERE campaign_id = ? AND customer_id IN ("
                    + Jdbc.marks(chunk.size())
                    + ")")) {
          delete.setLong(1, campaignId);
          int at = 2;
          for (long customer : chunk) {
            delete.setLong(at++, customer);
          }
          delete.executeUpdate();
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot note who was looked at", failure);
    }
  }

  /** How many of a campaign are not looked at yet. */
  long waiting(long campaignId) {
    try (Connection connection = database.getConnection();
        PreparedStatement count =
            connection.prepareStatement("SELECT COUNT(*) FROM invited WHERE campaign_id = ?")) {
      count.setLong(1, campaignId);
      try (ResultSet row = count.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot count who is invited", failure);
    }
  }
}
