package dev.holdfast.desk;

import dev.holdfast.customer.PartyJoins;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** A call in hand is of the party that its customer joins, so that nobody else gets that party. */
@ApplicationScoped
class JoinedClaims implements PartyJoins {

  @Override
  public void joined(Connection connection, Join join) throws SQLException {
    // Where somebody has the other party in hand, both go on: neither can be taken from an agent.
    try (PreparedStatement move =
        connection.prepareStatement(
            "UPDATE IGNORE desk_claim c JOIN call_task t ON t.id = c.call_task_id SET c.party_id ="
                + " ? WHERE c.party_id = ? AND (? OR t.customer_id = ?)")) {
      move.setLong(1, join.to());
      move.setLong(2, join.from());
      move.setBoolean(3, join.last());
      move.setLong(4, join.customerId());
      move.executeUpdate();
    }
  }
}
