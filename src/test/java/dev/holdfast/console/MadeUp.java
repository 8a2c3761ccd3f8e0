package dev.holdfast.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.monitoring.FeatureDrift;
import dev.holdfast.monitoring.ModelWatch;
import dev.holdfast.monitoring.State;
import dev.holdfast.monitoring.Verdict;
import dev.holdfast.monitoring.WeekFigures;
import dev.holdfast.warning.Look;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** Rows that nothing lived through, for pages. */
final class MadeUp {

  private static final Instant SINCE = Instant.parse("2026-03-02T00:00:00Z");

  private MadeUp() {}

  /**
   * An incident of a segment, with four weeks of looks at it and what the missing share.
   *
   * @param segment its key
   * @param words what is wrong
   */
  static long incident(DataSource database, String segment, String words) throws SQLException {
    try (Connection connection = database.getConnection()) {
      long id = insert(connection, "INSERT INTO bell_segment (segment_key) VALUES (?)", segment);
      int breaks = (int) (SINCE.getEpochSecond() / 86_400);
      for (int day = breaks - 26; day < breaks + 2; day++) {
        boolean broken = day >= breaks;
        insert(
            connection,
            "INSERT INTO bell_look (slot_seconds, slot, segment_id, due, came, expected, z, own_z,"
                + " cusum, dropped, missing, overdispersion, verdict) VALUES (86400, ?, ?, 4000, ?,"
                + " 0.7, 0, 0, ?, 0, 0, 1, ?)",
            day,
            id,
            broken ? 1_900 : 2_790 + day % 5,
            broken ? 15.0 * (day - breaks + 1) : 0.2,
            day == breaks
                ? Look.Verdict.RINGS.ordinal()
                : broken ? Look.Verdict.STILL_RINGING.ordinal() : Look.Verdict.QUIET.ordinal());
      }
      long incident =
          insert(
              connection,
              "INSERT INTO incident (kind, subject, segment_id, slot_seconds, conditions, words,"
                  + " customers, since, opened_at, held, state, open_marker, expected, came,"
                  + " missing_low, missing_high, dropped, detectable) VALUES ('cohort', ?, ?,"
                  + " 86400, '', ?, 1204, ?, ?, FALSE, 'open', 1, 5600, 3800, 1650, 1950, 0.32,"
                  + " 0.12)",
              "segment:" + segment,
              id,
              words,
              SINCE.atOffset(ZoneOffset.UTC).toLocalDateTime(),
              SINCE.plusSeconds(90_000).atOffset(ZoneOffset.UTC).toLocalDateTime());
      insert(
          connection,
          "INSERT INTO incident_trait (incident_id, place, trait, missing, of_missing, present,"
              + " of_present, lift, p, q) VALUES (?, 1, 'last event=login_failed', 83, 100, 4, 100,"
              + " 20.8, 0.00001, 0.0001)",
          incident);
      insert(connection, "INSERT INTO incident_customer VALUES (?, 1)", incident);
      return incident;
    }
  }

  /** Ends them all: the bell must not meet them. */
  static void noIncidentIsOpen(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection()) {
      insert(connection, "UPDATE incident SET state = 'resolved', open_marker = NULL");
    }
  }

  /** What monitoring says of a model after two weeks, one feature having moved. */
  static void watch(DataSource database, ObjectMapper json, String model)
      throws SQLException, JsonProcessingException {
    nobodyWatches(database, model);
    Instant judged = SINCE.plus(Duration.ofDays(14));
    String words =
        "2 of 67 features have moved, 1 of them much: tenure_at_last (PSI 3.602), n_events (PSI"
            + " 0.130), against what the model was trained on.";
    ModelWatch watch =
        new ModelWatch(
            model,
            "champion",
            judged,
            State.ALARM,
            words,
            null,
            List.of(
                new Verdict("drift-of-features", State.ALARM, words, Map.of("worstPsi", 3.602)),
                new Verdict(
                    "calibration",
                    State.NOT_YET_KNOWN,
                    "No verdict: no label has matured in the last weeks.",
                    Map.of())),
            List.of(
                new FeatureDrift("tenure_at_last", 3.602, 0.417),
                new FeatureDrift("n_events", 0.130, 0.066)),
            List.of(week(0, 1.29), week(1, 0.96)));
    try (Connection connection = database.getConnection()) {
      insert(
          connection,
          "INSERT INTO monitoring_verdict (model_id, judged_at, content) SELECT id, ?, ? FROM model"
              + " WHERE version = ?",
          judged.atOffset(ZoneOffset.UTC).toLocalDateTime(),
          json.writeValueAsString(watch),
          model);
    }
  }

  private static WeekFigures week(int number, double ratio) {
    return new WeekFigures(
        LocalDate.of(2026, 3, 2).plusWeeks(number),
        836 + number,
        12,
        830.5,
        30 * ratio,
        30,
        ratio,
        ratio - 0.42,
        ratio + 0.55,
        0.97,
        0.823,
        0.1332,
        0.0269,
        0.1720,
        Map.of());
  }

  /** Takes back what {@link #watch} did. */
  static void nobodyWatches(DataSource database, String model) throws SQLException {
    try (Connection connection = database.getConnection()) {
      insert(
          connection,
          "DELETE v FROM monitoring_verdict v JOIN model m ON m.id = v.model_id WHERE m.version = ?",
          model);
    }
  }

  static long insert(Connection connection, String sql, Object... values) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
      for (int i = 0; i < values.length; i++) {
        insert.setObject(i + 1, values[i]);
      }
      insert.executeUpdate();
      try (ResultSet key = insert.getGeneratedKeys()) {
        return key.next() ? key.getLong(1) : 0;
      }
    }
  }
}
