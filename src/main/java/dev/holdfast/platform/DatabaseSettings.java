package dev.holdfast.platform;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings on which our promises rest: what the database acknowledged survives its crash, what
 * does not fit is refused and not cut, text and time are what they were.
 *
 * @param flushLogAtCommit innodb_flush_log_at_trx_commit
 * @param binlog whether it writes a binary log
 * @param syncBinlog sync_binlog
 * @param sqlMode of our sessions
 * @param databaseCharset of the tables that are made
 * @param timeZone of our sessions
 */
record DatabaseSettings(
    int flushLogAtCommit,
    boolean binlog,
    int syncBinlog,
    String sqlMode,
    String databaseCharset,
    String timeZone) {

  static DatabaseSettings read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT @@innodb_flush_log_at_trx_commit, @@log_bin, @@sync_binlog,"
                    + " @@session.sql_mode, @@character_set_database, @@session.time_zone")) {
      row.next();
      return new DatabaseSettings(
          row.getInt(1),
          row.getBoolean(2),
          row.getInt(3),
          row.getString(4),
          row.getString(5),
          row.getString(6));
    }
  }

  /** What is wrong, each with its remedy; empty if all is well. */
  List<String> wrong() {
    List<String> wrong = new ArrayList<>();
    if (flushLogAtCommit != 1) {
      wrong.add(
          "innodb_flush_log_at_trx_commit is "
              + flushLogAtCommit
              + ", so a crash of the database loses what it acknowledged; set it to 1");
    }
    if (binlog && syncBinlog != 1) {
      wrong.add(
          "sync_binlog is "
              + syncBinlog
              + " and the binary log is on, so a crash can lose what was acknowledged; set it to 1");
    }
    if (!sqlMode.contains("STRICT_TRANS_TABLES") && !sqlMode.contains("STRICT_ALL_TABLES")) {
      wrong.add(
          "sql_mode is \""
              + sqlMode
              + "\", so values that do not fit are cut without a word; add STRICT_TRANS_TABLES");
    }
    if (!databaseCharset.equals("utf8mb4")) {
      wrong.add(
          "the character set of the database is "
              + databaseCharset
              + ", so some names cannot be stored; ALTER DATABASE ... CHARACTER SET utf8mb4");
    }
    if (!timeZone.equals("+00:00") && !timeZone.equals("UTC")) {
      wrong.add(
          "time_zone of our sessions is "
              + timeZone
              + "; leave quarkus.datasource.jdbc.new-connection-sql as it is, or set +00:00");
    }
    return List.copyOf(wrong);
  }
}
