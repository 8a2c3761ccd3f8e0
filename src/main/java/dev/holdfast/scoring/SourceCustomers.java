package dev.holdfast.scoring;

import dev.holdfast.event.CustomersOfSources;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;

/** Counts the rows of {@code customer_state} by the source of the last use. */
@ApplicationScoped
class SourceCustomers implements CustomersOfSources {

  private final DataSource database;

  SourceCustomers(DataSource database) {
    this.database = database;
  }

  @Override
  public Map<Integer, Long> count() {
    Map<Integer, Long> customers = new HashMap<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT source_id, COUNT(*) FROM customer_state WHERE source_id IS NOT NULL"
                    + " GROUP BY source_id");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        customers.put(row.getInt(1), row.getLong(2));
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot count the customers of the sources", failure);
    }
    return customers;
  }
}
