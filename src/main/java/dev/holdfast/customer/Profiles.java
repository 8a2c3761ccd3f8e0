package dev.holdfast.customer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.platform.Jdbc;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;

/** The profiles of customers, many at once. */
@ApplicationScoped
public class Profiles {

  private static final TypeReference<Map<String, Object>> VALUES = new TypeReference<>() {};

  private final DataSource database;
  private final ObjectMapper json;

  Profiles(DataSource database, ObjectMapper json) {
    this.database = database;
    this.json = json;
  }

  /** As {@link #values}, each value as a text. */
  public Map<Long, Map<String, String>> of(Collection<Long> customerIds) {
    Map<Long, Map<String, String>> texts = new HashMap<>();
    values(customerIds)
        .forEach(
            (customer, values) -> {
              Map<String, String> written = new TreeMap<>();
              values.forEach((name, value) -> written.put(name, value.toString()));
              texts.put(customer, written);
            });
    return texts;
  }

  /**
   * What is known of each of these customers, by name of the value: a text, a number or a truth;
   * absent if nothing is.
   */
  public Map<Long, Map<String, Object>> values(Collection<Long> customerIds) {
    Map<Long, Map<String, Object>> profiles = new HashMap<>();
    try (Connection connection = database.getConnection()) {
      Jdbc.read(
          connection,
          "SELECT id, profile FROM customer WHERE profile IS NOT NULL AND id IN (:ids)",
          customerIds,
          row -> profiles.put(row.getLong(1), read(row.getString(2))));
    } catch (SQLException e) {
      throw new IllegalStateException("the profiles of customers cannot be read", e);
    }
    return profiles;
  }

  private Map<String, Object> read(String profile) {
    try {
      return json.readValue(profile, VALUES);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored profile is not JSON", e);
    }
  }
}
