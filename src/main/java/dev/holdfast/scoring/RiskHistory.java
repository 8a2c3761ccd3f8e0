package dev.holdfast.scoring;

import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The recorded scores of a customer, page by page. A page goes on after the last row of the one
 * before, so that scores recorded meanwhile neither repeat nor hide a row.
 */
@ApplicationScoped
public class RiskHistory {

  /** Rows of a page at most. */
  static final int LONGEST_PAGE = 1_000;

  private static final Instant BEGINNING = Instant.parse("1000-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("9999-01-01T00:00:00Z");
  private static final int CURSOR_BYTES = 8 + 4 + 8;

  /**
   * Recorded scores.
   *
   * @param scores newest first
   * @param next cursor of the next page; null if this is the last
   */
  public record Page(String customer, List<RecordedScore> scores, @Nullable String next) {}

  /**
   * One recorded score.
   *
   * @param receipt number of its receipt
   * @param scoredAt business instant from which it was in force
   * @param asOf the instant up to which silence was counted
   * @param model version that made it
   */
  public record RecordedScore(
      long receipt, Instant scoredAt, Instant asOf, double risk, Band band, String model) {}

  private record Place(Instant scoredAt, long id) {

    String written() {
      byte[] bytes =
          ByteBuffer.allocate(CURSOR_BYTES)
              .putLong(scoredAt.getEpochSecond())
              .putInt(scoredAt.getNano())
              .putLong(id)
              .array();
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static Place read(String cursor) {
      try {
        byte[] bytes = Base64.getUrlDecoder().decode(cursor);
        if (bytes.length == CURSOR_BYTES) {
          ByteBuffer in = ByteBuffer.wrap(bytes);
          Instant scoredAt = Instant.ofEpochSecond(in.getLong(), in.getInt());
          if (!scoredAt.isBefore(BEGINNING) && !scoredAt.isAfter(END)) {
            return new Place(scoredAt, in.getLong());
          }
        }
      } catch (IllegalArgumentException | DateTimeException e) {
        // Refused below.
      }
      throw Problem.badRequest("cursor must be the member next of the page before.");
    }
  }

  private final DataSource database;
  private final Risks risks;
  private final BusinessClock clock;

  RiskHistory(DataSource database, Risks risks, BusinessClock clock) {
    this.database = database;
    this.risks = risks;
    this.clock = clock;
  }

  /**
   * One page.
   *
   * @param from inclusive, null for the first score
   * @param to exclusive, null for the last
   * @param limit rows at most, in [1, {@value #LONGEST_PAGE}]
   * @param cursor {@link Page#next} of the page before, null for the first
   * @throws Problem 400 for a malformed name, cursor or window, 404 for an unknown customer
   */
  Page page(
      String name,
      @Nullable Instant from,
      @Nullable Instant to,
      int limit,
      @Nullable String cursor) {
    Instant first = from == null ? BEGINNING : from;
    Instant end = to == null ? END : to;
    if (!first.isBefore(end) || first.isBefore(BEGINNING) || end.isAfter(END)) {
      throw Problem.badRequest(
          "from must be before to, both in the years 1000 to 9998, were "
              + first
              + " and "
              + end
              + ".");
    }
    Place after = cursor == null ? new Place(END, Long.MAX_VALUE) : Place.read(cursor);
    long customer = risks.idOf(name, clock.now());
    List<RecordedScore> scores = read(customer, first, end, after, limit + 1);
    if (scores.size() <= limit) {
      return new Page(name, scores, null);
    }
    RecordedScore last = scores.get(limit - 1);
    return new Page(
        name,
        List.copyOf(scores.subList(0, limit)),
        new Place(last.scoredAt(), last.receipt()).written());
  }

  private List<RecordedScore> read(
      long customer, Instant from, Instant to, Place after, int limit) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT h.id, h.scored_at, h.as_of, h.risk, h.band, m.version FROM risk_history h"
                    + " JOIN model m ON m.id = h.model_id"
                    + " WHERE h.customer_id = ? AND h.scored_at >= ? AND h.scored_at < ?"
                    + " AND (h.scored_at < ? OR (h.scored_at = ? AND h.id < ?))"
                    + " ORDER BY h.scored_at DESC, h.id DESC LIMIT ?")) {
      select.setLong(1, customer);
      SqlTime.set(select, 2, from);
      SqlTime.set(select, 3, to);
      SqlTime.set(select, 4, after.scoredAt());
      SqlTime.set(select, 5, after.scoredAt());
      select.setLong(6, after.id());
      select.setInt(7, limit);
      List<RecordedScore> scores = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          scores.add(
              new RecordedScore(
                  row.getLong(1),
                  SqlTime.required(row, "scored_at"),
                  SqlTime.required(row, "as_of"),
                  row.getDouble(4),
                  Band.values()[row.getInt(5)],
                  row.getString(6)));
        }
      }
      return scores;
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the history of risk", failure);
    }
  }
}
