package dev.holdfast.access;

import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.SystemClock;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The append-only record of what people changed; the database refuses to alter it. */
@ApplicationScoped
public class Audit {

  private final DataSource database;
  private final SystemClock clock;

  Audit(DataSource database, SystemClock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Records one act in the caller's transaction, so that it is kept if and only if the act is.
   *
   * @param actor who: the name of a user or key, or {@code cli:NAME}
   * @param action what, past tense, e.g. {@code key-created}
   * @param subject to what, at most 200 characters
   * @param detail anything else worth knowing, never a secret
   */
  @Transactional
  public void record(String actor, String action, String subject, @Nullable String detail) {
    try (var connection = database.getConnection();
        var insert =
            connection.prepareStatement(
                "INSERT INTO audit (at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)")) {
      insert.setObject(1, SqlTime.of(clock.now()));
      insert.setString(2, actor);
      insert.setString(3, action);
      insert.setString(4, subject);
      insert.setString(5, detail);
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("the audit cannot be written", e);
    }
  }
}
