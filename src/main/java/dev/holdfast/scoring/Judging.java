package dev.holdfast.scoring;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Tells those who score from the one who begins a full rescore. Whoever scores shares a lock until
 * its transaction ends; the beginner takes it alone for a moment. What was scored by the old model
 * or the old levels is then committed, and whoever scores later reads the new ones.
 */
@ApplicationScoped
class Judging {

  private final DataSource database;

  Judging(DataSource database) {
    this.database = database;
  }

  /** Shares the lock until the caller's transaction ends. */
  void share() {
    lock("LOCK IN SHARE MODE");
  }

  /** Waits until nobody who began before is still scoring, and keeps others from beginning. */
  void alone() {
    lock("FOR UPDATE");
  }

  private void lock(String how) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT id FROM judging WHERE id = 1 " + how);
        ResultSet row = select.executeQuery()) {
      row.next();
    } catch (SQLException failure) {
      throw new IllegalStateException("the lock of those who score cannot be taken", failure);
    }
  }
}
