package dev.holdfast.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each setting that breaks a promise is named with its remedy; good ones are not. */
class DatabaseSettingsTest {

  @Test
  void goodSettingsAreNotComplainedOf() {
    assertThat(
            new DatabaseSettings(1, false, 0, "STRICT_TRANS_TABLES", "utf8mb4", "+00:00").wrong())
        .isEmpty();
    assertThat(new DatabaseSettings(1, true, 1, "STRICT_ALL_TABLES", "utf8mb4", "UTC").wrong())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2 | false | 0 | STRICT_TRANS_TABLES | utf8mb4 | +00:00 | innodb_flush_log_at_trx_commit is 2
          0 | false | 0 | STRICT_TRANS_TABLES | utf8mb4 | +00:00 | innodb_flush_log_at_trx_commit is 0
          1 | true  | 0 | STRICT_TRANS_TABLES | utf8mb4 | +00:00 | sync_binlog is 0
          1 | false | 0 | ANSI_QUOTES         | utf8mb4 | +00:00 | add STRICT_TRANS_TABLES
          1 | false | 0 | STRICT_TRANS_TABLES | latin1  | +00:00 | CHARACTER SET utf8mb4
          1 | false | 0 | STRICT_TRANS_TABLES | utf8mb4 | +05:45 | time_zone of our sessions is +05:45
          1 | false | 0 | STRICT_TRANS_TABLES | utf8mb4 | SYSTEM | time_zone of our sessions is SYSTEM
          """)
  void aSettingThatBreaksAPromiseIsNamed(
      int flush,
      boolean binlog,
      int sync,
      String sqlMode,
      String charset,
      String timeZone,
      String words) {
    var settings = new DatabaseSettings(flush, binlog, sync, sqlMode, charset, timeZone);

    assertThat(settings.wrong()).singleElement().asString().contains(words);
  }
}
