package dev.holdfast.customer;

import java.sql.Connection;
import java.sql.SQLException;

/** Who keeps something about parties that a customer takes along. Implemented by rooms above. */
public interface PartyJoins {

  /**
   * A customer leaves one party and joins another.
   *
   * @param from the party that it leaves
   * @param to the party that it joins
   * @param last true if no customer stays in the party that it leaves: all that is kept about that
   *     one is about the other now
   */
  record Join(long customerId, long from, long to, boolean last) {}

  /**
   * Takes along what is kept, in the caller's transaction, which has locked both parties. What
   * forbade a contact before must forbid it afterwards.
   */
  void joined(Connection connection, Join join) throws SQLException;
}
