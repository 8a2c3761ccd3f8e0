package dev.holdfast.desk;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Tells whether something changed for an agent: a call taken, given back, or not needed any more.
 */
@ApplicationScoped
public class HandWatch {

  private final DataSource database;

  HandWatch(DataSource database) {
    this.database = database;
  }

  /** How many calls an agent has in hand. */
  public int inHand(String agent) {
    return (int) fingerprint(agent).chars().filter(mark -> mark == ',').count() - 1;
  }

  /** What an agent has in hand, as a text of one line that is another one after each change. */
  public String fingerprint(String agent) {
    StringBuilder hand = new StringBuilder("hand,");
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT c.id, c.called_at IS NULL, t.state FROM desk_claim c JOIN call_task t ON"
                    + " t.id = c.call_task_id WHERE c.agent = ? AND c.open_marker = 1 ORDER BY"
                    + " c.id")) {
      select.setString(1, agent);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          hand.append(row.getLong(1))
              .append(row.getBoolean(2) ? '-' : '+')
              .append(row.getString(3))
              .append(',');
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("what an agent has in hand cannot be read", failure);
    }
    return hand.toString();
  }
}
