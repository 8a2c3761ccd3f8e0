package dev.holdfast.warning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.customer.ProfileChanges;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.SystemClock;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The cells of customers: each distinct combination of the watched profile values, the cohort and
 * the source of use. A customer hangs on one cell, so that an event costs the same however many
 * segments are watched.
 */
@ApplicationScoped
public class Cells implements ProfileChanges {

  private static final Logger LOG = Logger.getLogger(Cells.class);
  private static final int NO_SOURCE = 0;
  private static final TypeReference<TreeMap<String, String>> VALUES = new TypeReference<>() {};

  private final DataSource database;
  private final ObjectMapper json;
  private final BellConfig config;
  private final SystemClock clock;
  private final CellValues values;

  /** Cells never change, so both caches stay true. */
  private final ConcurrentMap<Integer, Cell> byId = new ConcurrentHashMap<>();

  private final ConcurrentMap<Content, Integer> ids = new ConcurrentHashMap<>();

  Cells(DataSource database, ObjectMapper json, BellConfig config, SystemClock clock) {
    this.clock = clock;
    this.database = database;
    this.json = json;
    this.config = config;
    this.values = new CellValues(config.segments().orElse(""), config.signedUp());
  }

  /**
   * A cell.
   *
   * @param sourceId source of the use of its customers, 0 for none
   * @param values by name
   */
  record Cell(int id, int sourceId, Map<String, String> values) {}

  private record Content(int sourceId, Map<String, String> values) {}

  /**
   * The cell of a customer.
   *
   * @param sourceId of its use, null if there is none
   * @param profile its values by name
   * @param firstUse its first use as far as is known
   * @param before the cell that it had; null for none. Its cohort stays, unless the profile tells
   */
  public int of(
      @Nullable Integer sourceId,
      Map<String, String> profile,
      Instant firstUse,
      @Nullable Integer before) {
    String cohort = before == null ? null : cell(before).values().get(CellValues.COHORT);
    Map<String, String> known = values.of(profile, firstUse, cohort);
    return id(new Content(sourceId == null ? NO_SOURCE : sourceId, known));
  }

  /** The cell with the same values as another, of customers whose use another source reports. */
  public int withSource(int cell, @Nullable Integer sourceId) {
    int source = sourceId == null ? NO_SOURCE : sourceId;
    Cell before = cell(cell);
    return before.sourceId() == source ? cell : id(new Content(source, before.values()));
  }

  private int id(Content content) {
    Integer known = ids.get(content);
    if (known != null) {
      return known;
    }
    // Of its own, so that a cell that others use is not undone with this batch.
    int id = QuarkusTransaction.requiringNew().call(() -> ensure(content));
    ids.put(content, id);
    return id;
  }

  private int ensure(Content content) throws SQLException {
    try (Connection connection = database.getConnection()) {
      Integer found = find(connection, content);
      if (found != null) {
        return found;
      }
      if (!content.values().isEmpty() && count(connection) >= config.mostCells()) {
        LOG.warnf(
            "There are %d combinations of values already; %s is counted among all customers only."
                + " Watch fewer values in holdfast.bell.segments, or raise"
                + " holdfast.bell.most-cells",
            config.mostCells(), content.values());
        return ensure(new Content(content.sourceId(), Map.of()));
      }
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT IGNORE INTO bell_cell (source_id, cell_key) VALUES (?, ?)",
              Statement.RETURN_GENERATED_KEYS)) {
        insert.setInt(1, content.sourceId());
        insert.setString(2, write(content.values()));
        insert.executeUpdate();
      }
      return Objects.requireNonNull(find(connection, content));
    }
  }

  private @Nullable Integer find(Connection connection, Content content) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id FROM bell_cell WHERE source_id = ? AND cell_key = ?")) {
      select.setInt(1, content.sourceId());
      select.setString(2, write(content.values()));
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Integer.valueOf(row.getInt(1)) : null;
      }
    }
  }

  private static int count(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement("SELECT COUNT(*) FROM bell_cell");
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }

  private Cell cell(int id) {
    return byId.computeIfAbsent(id, this::read);
  }

  private Cell read(int id) {
    Map<Integer, Cell> found = new TreeMap<>();
    read("SELECT id, source_id, cell_key FROM bell_cell WHERE id = " + id, found);
    Cell cell = found.get(id);
    if (cell == null) {
      throw new IllegalStateException("there is no cell " + id);
    }
    return cell;
  }

  /** All cells, by id. */
  Map<Integer, Cell> all() {
    Map<Integer, Cell> all = new TreeMap<>();
    read("SELECT id, source_id, cell_key FROM bell_cell", all);
    return all;
  }

  /**
   * The numbers of the cells of a segment, ascending.
   *
   * @param segment its key; none if nobody is in it
   */
  SortedSet<Integer> within(String segment) {
    SegmentTree tree = SegmentTree.of(config.segments().orElse(""));
    all().values().forEach(cell -> tree.add(cell.id(), cell.values()));
    return tree.segments().stream()
        .filter(one -> one.key().equals(segment))
        .findFirst()
        .map(one -> new TreeSet<>(tree.cellsOf(one)))
        .orElseGet(TreeSet::new);
  }

  private void read(String sql, Map<Integer, Cell> into) {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        into.put(
            row.getInt(1),
            new Cell(row.getInt(1), row.getInt(2), json.readValue(row.getString(3), VALUES)));
      }
    } catch (SQLException | JsonProcessingException e) {
      throw new IllegalStateException("the cells of customers cannot be read", e);
    }
  }

  private String write(Map<String, String> values) {
    try {
      return json.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("values of a cell can be written", e);
    }
  }

  @Override
  public void changed(long customerId) {
    if (!config.enabled() || values.fields().isEmpty()) {
      return;
    }
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO bell_regroup (customer_id, noted_at) VALUES (?, ?) ON DUPLICATE KEY"
                    + " UPDATE noted_at = VALUES(noted_at)")) {
      insert.setLong(1, customerId);
      SqlTime.set(insert, 2, clock.now());
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("a change of profile cannot be noted for the bell", e);
    }
  }
}
