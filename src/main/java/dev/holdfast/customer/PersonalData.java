package dev.holdfast.customer;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * What a room keeps about persons. Each room with a table that has a customer or a party in it has
 * one bean of this kind, so that an export is whole and an erasure leaves nothing behind.
 *
 * <p>An erasure is one transaction: all rooms lock, then all settle, then all erase.
 */
public interface PersonalData {

  /** Writes all that the room keeps about the person, in plain names. */
  void export(Connection connection, Person person, PersonalDocument document)
      throws SQLException, IOException;

  /**
   * The subjects in the audit that are about the person, such as {@code receipt:12}, beside the
   * customers and parties themselves.
   */
  default List<String> auditSubjects(Connection connection, Person person) throws SQLException {
    return List.of();
  }

  /** Takes the locks of whoever else writes about the person; called once or more often. */
  default void lock(Connection connection, Person person) throws SQLException {}

  /**
   * Does what can only be done while everything is still there, such as taking calls off lists.
   *
   * @param actor who erases
   */
  default void settle(Connection connection, Person person, String actor) throws SQLException {}

  /**
   * Removes every row about the person. Repeating it changes nothing; it is repeated later, for
   * those who wrote without a lock meanwhile.
   */
  void erase(Connection connection, Person person) throws SQLException;
}
