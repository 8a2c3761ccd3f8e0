package dev.holdfast.customer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.platform.Jdbc;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;

/** The profiles of customers as plain text, many at once. */
@ApplicationScoped
public class Profiles {

  private static final TypeReference<Map<String, Object>> VALUES = new TypeReference<>() {};

  private final DataSource database;
  private final ObjectMapper json;

  Profiles(DataSource database, ObjectMapper json) {
    this.database = database;
    this.json = json;
  }

  /** What is known of each of these customers, by name of the value; absent if nothing is. */
  public Map<Long, Map<String, String>> of(Collection<Long> customerIds) {
    Map<Long, Map<String, String>> profiles = new HashMap<>();
    try (Connection connection = database.getConnection()) {
      for (List<Long> chunk : Jdbc.chunks(customerIds.stream().sorted().distinct().toList())) {
        try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, profile FROM customer WHERE profile IS NOT NULL AND id IN ("
                    + Jdbc.marks(chunk.size())
                    + ")")) {
          for (int i = 0; i < chunk.size(); i++) {
            select.setLong(i + 1, chunk.get(i));
          }
          try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
              profiles.put(row.getLong(1), read(row.getString(2)));
            }
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the profiles of customers cannot be read", e);
    }
    return profiles;
  }

  private Map<String, String> read(String profile) {
    try {
      Map<String, String> values = new TreeMap<>();
      json.readValue(profile, VALUES).forEach((name, value) -> values.put(name, value.toString()));
      return values;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored profile is not JSON", e);
    }
  }
}
