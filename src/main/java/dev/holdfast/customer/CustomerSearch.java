package dev.holdfast.customer;

import dev.holdfast.event.CustomerName;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Finds customers by what people know of them: an external name or the beginning of its value, the
 * beginning of the person's name, or that of a number. Each look is a range of an index, so that a
 * million customers are searched as quickly as a hundred.
 */
@ApplicationScoped
public class CustomerSearch {

  private static final int SHORTEST_NUMBER = 4;

  private final DataSource database;
  private final Customers customers;
  private final BusinessClock clock;

  CustomerSearch(DataSource database, Customers customers, BusinessClock clock) {
    this.database = database;
    this.customers = customers;
    this.clock = clock;
  }

  /**
   * A customer that was found.
   *
   * @param customer its first name {@code namespace:value}
   * @param name of the person, null if unknown
   */
  public record Match(String customer, @Nullable String name) {}

  /**
   * The best matches.
   *
   * @param words as typed; blank finds nobody
   * @param numbers whether the searcher may look for numbers to call
   * @param most how many at most
   */
  public List<Match> find(String words, boolean numbers, int most) {
    String wanted = words.strip();
    if (wanted.isEmpty()) {
      return List.of();
    }
    Set<Long> ids = new LinkedHashSet<>();
    Instant now = clock.now();
    if (wanted.indexOf(':') > 0) {
      try {
        customers.find(CustomerName.of(wanted).toString(), now).ifPresent(ids::add);
      } catch (IllegalArgumentException noName) {
        // Then it may be the beginning of a person's name.
      }
    }
    try (Connection connection = database.getConnection()) {
      for (String namespace : namespaces(connection)) {
        String value =
            wanted.startsWith(namespace + ":") ? wanted.substring(namespace.length() + 1) : wanted;
        add(
            connection,
            "SELECT customer_id FROM customer_identifier WHERE namespace = ? AND value LIKE ? AND"
                + " (valid_to IS NULL OR valid_to > ?) ORDER BY value LIMIT ?",
            ids,
            most,
            namespace,
            beginning(value),
            now);
      }
      add(
          connection,
          "SELECT id FROM customer WHERE shown_name LIKE ? ORDER BY shown_name LIMIT ?",
          ids,
          most,
          beginning(wanted));
      if (numbers && wanted.length() >= SHORTEST_NUMBER) {
        add(
            connection,
            "SELECT c.id FROM contact_point p JOIN customer c ON c.party_id = p.party_id WHERE"
                + " p.value LIKE ? LIMIT ?",
            ids,
            most,
            beginning(wanted));
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("customers cannot be searched", failure);
    }
    List<Long> found = ids.stream().limit(most).toList();
    return found.isEmpty() ? List.of() : matches(found);
  }

  /**
   * After the connection of the search is given back, since names are read over one of their own.
   */
  private List<Match> matches(List<Long> ids) {
    Map<Long, String> names = customers.namesOf(ids);
    Map<Long, @Nullable String> shown = shownNames(ids);
    return ids.stream()
        .filter(id -> names.containsKey(id) && shown.containsKey(id))
        .map(id -> new Match(Objects.requireNonNull(names.get(id)), shown.get(id)))
        .toList();
  }

  private Map<Long, @Nullable String> shownNames(List<Long> ids) {
    Map<Long, @Nullable String> shown = new HashMap<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, shown_name FROM customer WHERE id IN ("
                    + Jdbc.marks(ids.size())
                    + ")")) {
      for (int at = 0; at < ids.size(); at++) {
        select.setLong(at + 1, ids.get(at));
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          shown.put(row.getLong(1), row.getString(2));
        }
      }
      return shown;
    } catch (SQLException failure) {
      throw new IllegalStateException("the names of customers cannot be read", failure);
    }
  }

  /** One look into the index for each, since all names of a million customers are no few rows. */
  private static List<String> namespaces(Connection connection) throws SQLException {
    List<String> namespaces = new ArrayList<>();
    try (PreparedStatement next =
        connection.prepareStatement(
            "SELECT namespace FROM customer_identifier WHERE namespace > ? ORDER BY namespace LIMIT"
                + " 1")) {
      String last = "";
      while (true) {
        next.setString(1, last);
        try (ResultSet row = next.executeQuery()) {
          if (!row.next()) {
            return namespaces;
          }
          last = row.getString(1);
          namespaces.add(last);
        }
      }
    }
  }

  private static void add(
      Connection connection, String sql, Set<Long> ids, int most, Object... arguments)
      throws SQLException {
    if (ids.size() >= most) {
      return;
    }
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      int at = 1;
      for (Object argument : arguments) {
        if (argument instanceof Instant instant) {
          SqlTime.set(select, at++, instant);
        } else {
          select.setObject(at++, argument);
        }
      }
      select.setInt(at, most);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
    }
  }

  /** As a pattern whose own letters mean themselves. */
  private static String beginning(String words) {
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
  }
}
