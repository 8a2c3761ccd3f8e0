package dev.holdfast.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/** Deployment-wide settings by name, changed by people. The caller audits a change. */
@ApplicationScoped
public class Settings {

  private final DataSource database;
  private final SystemClock clock;

  Settings(DataSource database, SystemClock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** The value of {@code name}, if it was ever set. */
  public Optional<String> get(String name) {
    try (var connection = database.getConnection();
        var select = connection.prepareStatement("SELECT value FROM setting WHERE name = ?")) {
      select.setString(1, name);
      try (var row = select.executeQuery()) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the setting " + name + " cannot be read", e);
    }
  }

  /** Sets {@code name} to {@code value}, in the caller's transaction if there is one. */
  @Transactional
  public void put(String name, String value, String actor) {
    try (var connection = database.getConnection();
        var insert =
            connection.prepareStatement(
                "INSERT INTO setting (name, value, changed_at, changed_by) VALUES (?, ?, ?, ?)"
                    + " ON DUPLICATE KEY UPDATE value = VALUES(value),"
                    + " changed_at = VALUES(changed_at), changed_by = VALUES(changed_by)")) {
      insert.setString(1, name);
      insert.setString(2, value);
      insert.setObject(3, SqlTime.of(clock.now()));
      insert.setString(4, actor);
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("the setting " + name + " cannot be written", e);
    }
  }
}
