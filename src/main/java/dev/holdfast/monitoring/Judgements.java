package dev.holdfast.monitoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Keeps the figures of the weeks and the newest judgement of each model. */
@ApplicationScoped
class Judgements {

  private final DataSource database;
  private final ObjectMapper json;

  Judgements(DataSource database, ObjectMapper json) {
    this.database = database;
    this.json = json;
  }

  void store(int modelId, WeekFigures figures) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement upsert =
            connection.prepareStatement(
                "INSERT INTO monitored_week (model_id, week, figures) VALUES (?,?,?)"
                    + " ON DUPLICATE KEY UPDATE figures = VALUES(figures)")) {
      upsert.setInt(1, modelId);
      upsert.setObject(2, figures.week());
      upsert.setString(3, write(figures));
      upsert.executeUpdate();
    }
  }

  Optional<WeekFigures> week(int modelId, LocalDate week) throws SQLException {
    return weeks(modelId, week).stream().filter(one -> one.week().equals(week)).findFirst();
  }

  /** The figures of a model's weeks since one, oldest first. */
  List<WeekFigures> weeks(int modelId, LocalDate since) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT figures FROM monitored_week WHERE model_id = ? AND week >= ?"
                    + " ORDER BY week")) {
      select.setInt(1, modelId);
      select.setObject(2, since);
      List<WeekFigures> weeks = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          weeks.add(read(row.getString(1), WeekFigures.class));
        }
      }
      return weeks;
    }
  }

  void store(int modelId, ModelWatch watch) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement upsert =
            connection.prepareStatement(
                "INSERT INTO monitoring_verdict (model_id, judged_at, content) VALUES (?,?,?)"
                    + " ON DUPLICATE KEY UPDATE judged_at = VALUES(judged_at),"
                    + " content = VALUES(content)")) {
      upsert.setInt(1, modelId);
      SqlTime.set(upsert, 2, watch.judgedAt());
      upsert.setString(3, write(watch));
      upsert.executeUpdate();
    }
  }

  /** The newest judgement of a model, if it was ever watched. */
  Optional<ModelWatch> newest(int modelId) {
    return newest("SELECT content FROM monitoring_verdict WHERE model_id = ?", modelId);
  }

  /** As {@link #newest(int)}, by version. */
  Optional<ModelWatch> newest(String version) {
    return newest(
        "SELECT v.content FROM monitoring_verdict v JOIN model m ON m.id = v.model_id"
            + " WHERE m.version = ?",
        version);
  }

  private Optional<ModelWatch> newest(String sql, Object key) {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setObject(1, key);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(read(row.getString(1), ModelWatch.class))
            : Optional.empty();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read what monitoring said", failure);
    }
  }

  /** True at the first proposal to take this champion out of service, and never again. */
  boolean proposeOnce(int modelId) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE monitoring_verdict SET proposed = TRUE"
                    + " WHERE model_id = ? AND NOT proposed")) {
      update.setInt(1, modelId);
      return update.executeUpdate() > 0;
    }
  }

  private String write(Object value) {
    try {
      return json.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("figures can be written", impossible);
    }
  }

  private <T> T read(String content, Class<T> type) {
    try {
      return json.readValue(content, type);
    } catch (JsonProcessingException damaged) {
      throw new IllegalStateException("stored figures cannot be read", damaged);
    }
  }
}
