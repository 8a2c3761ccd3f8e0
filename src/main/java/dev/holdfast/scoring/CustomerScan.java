package dev.holdfast.scoring;

import dev.holdfast.activity.Attendance;
import dev.holdfast.activity.Attendee;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.DataSource;

/** Reads who there is and how they are counted, without locks. */
@ApplicationScoped
public class CustomerScan {

  private final DataSource database;

  CustomerScan(DataSource database) {
    this.database = database;
  }

  /** How many customers have a state; reads an index of all of them. */
  public long count() {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT COUNT(*) FROM customer_state");
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot count the customers", failure);
    }
  }

  /**
   * A part of the customers who have a state, always the same ones; reads an index of all of them.
   *
   * @param every one in so many, by a hash of the id; 1 for all
   */
  public List<Long> sample(long every) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT customer_id FROM customer_state FORCE INDEX (customer_state_due) WHERE"
                    + " CRC32(customer_id) % ? = 0")) {
      select.setLong(1, every);
      List<Long> ids = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
      return ids;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read some of the customers", failure);
    }
  }

  /**
   * A page of customers who used the service on or after a day.
   *
   * @param day since 1970-01-01
   * @param after the last customer of the page before, 0 for the first
   * @param limit how many at most
   */
  public SortedMap<Long, Attendee> usedSince(int day, long after, int limit) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT customer_id, cell_id, away, used_day, used_days, used_hour, used_hours FROM"
                    + " customer_state WHERE customer_id > ? AND used_day >= ? ORDER BY customer_id"
                    + " LIMIT ?")) {
      select.setLong(1, after);
      select.setInt(2, day);
      select.setInt(3, limit);
      SortedMap<Long, Attendee> page = new TreeMap<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          page.put(
              row.getLong(1),
              new Attendee(
                  row.getInt(2),
                  row.getBoolean(3),
                  new Attendance(row.getInt(4), row.getLong(5), row.getInt(6), row.getLong(7))));
        }
      }
      return page;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read how customers are counted", failure);
    }
  }
}
