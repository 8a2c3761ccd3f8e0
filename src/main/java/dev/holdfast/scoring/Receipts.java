package dev.holdfast.scoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.activity.ActivityState;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.customer.Customers;
import dev.holdfast.model.BadModel;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.RegisteredModel;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The receipts of past scores, each recomputed when it is asked for. */
@ApplicationScoped
public class Receipts {

  private static final int LISTED = 100;
  private static final TypeReference<List<Double>> LEVELS = new TypeReference<>() {};

  private final DataSource database;
  private final Customers customers;
  private final Risks risks;
  private final ModelRegistry models;
  private final Calendars calendars;
  private final ObjectMapper json;

  Receipts(
      DataSource database,
      Customers customers,
      Risks risks,
      ModelRegistry models,
      Calendars calendars,
      ObjectMapper json) {
    this.database = database;
    this.customers = customers;
    this.risks = risks;
    this.models = models;
    this.calendars = calendars;
    this.json = json;
  }

  /** A row of the history; what came with receipts is null in older ones. */
  private record Row(
      long id,
      long customerId,
      Instant scoredAt,
      Instant asOf,
      int modelId,
      double risk,
      Band band,
      double mediumFrom,
      double highFrom,
      @Nullable String levels,
      byte @Nullable [] state) {}

  /**
   * The receipt with this number.
   *
   * @throws Problem 404 if there is none, 422 if it cannot be recomputed, with the reason
   */
  public Receipt of(long id) {
    Row row = row(id).orElseThrow(() -> Problem.notFound("There is no receipt " + id));
    String levels = row.levels();
    byte[] state = row.state();
    if (levels == null || state == null) {
      throw Problem.unprocessable(
          "Score " + id + " was recorded before receipts were kept; it cannot be recomputed");
    }
    RegisteredModel model = model(row);
    Breakdown recomputed = Breakdown.of(model.model(), activity(row, state), row.asOf());
    double difference = recomputed.risk() - row.risk();
    return new Receipt(
        id,
        customers
            .namesOf(List.of(row.customerId()))
            .getOrDefault(row.customerId(), "id:" + row.customerId()),
        row.scoredAt(),
        row.asOf(),
        model.model().version(),
        state.length,
        sha256(state),
        row.risk(),
        row.band(),
        row.mediumFrom(),
        row.highFrom(),
        levels(levels),
        recomputed,
        difference,
        difference == 0
            && Band.of(recomputed.risk(), row.mediumFrom(), row.highFrom()) == row.band());
  }

  /**
   * The receipt of the score that was in force for a customer at a business instant.
   *
   * @param name {@code namespace:value}
   * @throws Problem as {@link #of}; 400 for a malformed name, 404 for an unknown customer or one
   *     without a score then
   */
  public Receipt inForce(String name, Instant at) {
    long customer = risks.idOf(name, at);
    long id =
        id(
                "SELECT id FROM risk_history WHERE customer_id = ? AND scored_at <= ?"
                    + " ORDER BY scored_at DESC, id DESC LIMIT 1",
                customer,
                at)
            .orElseThrow(() -> Problem.notFound(name + " had no score on record by " + at));
    return of(id);
  }

  /**
   * The latest receipts of a customer, newest first, at most 100; they are not recomputed.
   *
   * @throws Problem 400 for a malformed name, 404 for an unknown customer
   */
  public List<Receipt.Line> list(String name, Instant now) {
    long customer = risks.idOf(name, now);
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, scored_at, as_of, risk, band, model_id FROM risk_history"
                    + " WHERE customer_id = ? ORDER BY scored_at DESC, id DESC LIMIT "
                    + LISTED)) {
      select.setLong(1, customer);
      List<Receipt.Line> lines = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          lines.add(
              new Receipt.Line(
                  row.getLong("id"),
                  SqlTime.required(row, "scored_at"),
                  SqlTime.required(row, "as_of"),
                  row.getDouble("risk"),
                  Band.values()[row.getInt("band")],
                  row.getInt("model_id")));
        }
      }
      return lines;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot list receipts", failure);
    }
  }

  private Optional<Long> id(String sql, long customer, Instant at) {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setLong(1, customer);
      SqlTime.set(select, 2, at);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot look for a receipt", failure);
    }
  }

  private Optional<Row> row(long id) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, customer_id, scored_at, as_of, model_id, risk, band, medium_from,"
                    + " high_from, levels, state FROM risk_history WHERE id = ?")) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Row(
                    row.getLong("id"),
                    row.getLong("customer_id"),
                    SqlTime.required(row, "scored_at"),
                    SqlTime.required(row, "as_of"),
                    row.getInt("model_id"),
                    row.getDouble("risk"),
                    Band.values()[row.getInt("band")],
                    row.getDouble("medium_from"),
                    row.getDouble("high_from"),
                    row.getString("levels"),
                    row.getBytes("state")))
            : Optional.empty();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read a receipt", failure);
    }
  }

  private RegisteredModel model(Row row) {
    try {
      return models
          .byId(row.modelId())
          .orElseThrow(
              () ->
                  Problem.unprocessable(
                      "The model of receipt " + row.id() + " is not registered any more"));
    } catch (BadModel unreadable) {
      throw Problem.unprocessable(
          "Receipt "
              + row.id()
              + " cannot be recomputed here, because its model cannot be read: "
              + unreadable.getMessage());
    }
  }

  private ActivityState activity(Row row, byte[] state) {
    try {
      return ActivityState.fromBytes(state, calendars::byNumber);
    } catch (IllegalArgumentException damaged) {
      throw Problem.unprocessable(
          "Receipt "
              + row.id()
              + " cannot be recomputed here, because its state cannot be read: "
              + damaged.getMessage());
    }
  }

  private List<Double> levels(String text) {
    try {
      return json.readValue(text, LEVELS);
    } catch (JsonProcessingException malformed) {
      throw new IllegalStateException("the levels of a receipt are not JSON", malformed);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
