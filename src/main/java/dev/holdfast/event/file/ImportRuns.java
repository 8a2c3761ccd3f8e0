package dev.holdfast.event.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.event.Source;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.RunTable;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The imports that run and those that ran. A process that imports keeps its row; whoever watches
 * reads it.
 */
@ApplicationScoped
public class ImportRuns {

  private static final Logger LOG = Logger.getLogger(ImportRuns.class);

  private static final int MOST_RULES = 8;
  private static final int LONGEST_RULE = 150;
  private static final int LONGEST_NAME = 255;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String SELECT =
      "SELECT id, kind, file, map, source, started_by, stage, row_count, applied, duplicate,"
          + " quarantined, erased, rejected, rejected_by, to_apply, bytes_read, bytes_total,"
          + " problem, started_at, seen_at, ended_at, "
          + RunTable.STATE
          + " AS state FROM import_run ";

  private final DataSource database;
  private final RunTable table;

  ImportRuns(DataSource database) {
    this.database = database;
    this.table = new RunTable(database, "import_run");
  }

  /**
   * Writes down that an import begins.
   *
   * @param kind {@code events} or {@code customers}
   * @param source of the events; null for customers
   * @param actor who
   */
  public Ongoing begin(
      String kind, Path file, ImportMap map, @Nullable String source, String actor) {
    long bytes;
    try {
      bytes = Files.size(file);
    } catch (IOException unreadable) {
      throw new UnusableFile("the file " + file + " cannot be read", unreadable);
    }
    Map<String, @Nullable Object> columns = new LinkedHashMap<>();
    columns.put("kind", kind);
    columns.put("file", cut(String.valueOf(file.getFileName()), LONGEST_NAME));
    columns.put("map", cut(map.name(), LONGEST_NAME));
    columns.put("source", source);
    columns.put("started_by", actor);
    columns.put("stage", "waiting");
    columns.put("bytes_total", bytes);
    return new Ongoing(table.begin(columns), bytes);
  }

  /**
   * The newest runs first.
   *
   * @param before only those with a lower id; null for the newest
   * @param limit how many at most
   */
  public List<ImportRun> newest(@Nullable Long before, int limit) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(SELECT + "WHERE id < ? ORDER BY id DESC LIMIT ?")) {
      select.setLong(1, before == null ? Long.MAX_VALUE : before);
      select.setInt(2, limit);
      List<ImportRun> runs = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          runs.add(run(row));
        }
      }
      return runs;
    } catch (SQLException failure) {
      throw new IllegalStateException("the imports cannot be read", failure);
    }
  }

  /** One run, if there is one of this id. */
  public Optional<ImportRun> byId(long id) {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(SELECT + "WHERE id = ?")) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(run(row)) : Optional.empty();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("an import cannot be read", failure);
    }
  }

  /** The newest runs as a text of one line that is another one after each change. */
  public String fingerprint() {
    StringBuilder text = new StringBuilder("runs");
    for (ImportRun run : newest(null, 10)) {
      text.append(',').append(run.id()).append(run.state());
      if (run.running()) {
        text.append(run.seenAt());
      }
    }
    return text.toString();
  }

  private static ImportRun run(ResultSet row) throws SQLException {
    long read = row.getLong("bytes_read");
    long total = row.getLong("bytes_total");
    return new ImportRun(
        row.getLong("id"),
        row.getString("kind"),
        row.getString("file"),
        row.getString("map"),
        row.getString("source"),
        row.getString("started_by"),
        row.getString("state"),
        row.getString("stage"),
        row.getLong("row_count"),
        row.getLong("applied"),
        row.getLong("duplicate"),
        row.getLong("quarantined"),
        row.getLong("erased"),
        row.getLong("rejected"),
        rules(row.getString("rejected_by")),
        row.getLong("to_apply"),
        read,
        total,
        total == 0 ? 1 : Math.min(1, (double) read / total),
        SqlTime.required(row, "started_at"),
        SqlTime.required(row, "seen_at"),
        SqlTime.read(row, "ended_at"),
        row.getString("problem"));
  }

  private static Map<String, Long> rules(String json) {
    try {
      return JSON.readValue(json, new TypeReference<LinkedHashMap<String, Long>>() {});
    } catch (JsonProcessingException damaged) {
      throw new IllegalStateException("the rules of an import cannot be read", damaged);
    }
  }

  private static String cut(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
  }

  /**
   * An import under way, kept by the one thread that works on it. What cannot be written is left
   * out: who watches sees less, and the import goes on.
   */
  public final class Ongoing {

    private final long id;
    private final long bytes;
    private String stage = "waiting";
    private long rows;
    private long bytesRead;
    private long rejected;
    private Map<String, Long> rejectedBy = Map.of();
    private long toApply;
    private Source.Books books = new Source.Books(0, 0, 0, 0, 0, 0);

    private Ongoing(long id, long bytes) {
      this.id = id;
      this.bytes = bytes;
    }

    /** Waits for earlier events, of which so many are to go. */
    public void waiting(long messages) {
      toApply = messages;
      table.alive(id, columns());
    }

    /**
     * Reads the file.
     *
     * @param count rows so far
     * @param share of the file, in [0, 1]
     * @param grown what came of the rows so far, as far as that is known
     */
    public void reading(long count, double share, Rejects rejects, Source.Books grown) {
      stage = "reading";
      toApply = 0;
      set(count, share, rejects, grown);
      table.alive(id, columns());
    }

    /** The file is read; so many messages are not applied yet. */
    public void applying(long messages, Source.Books grown) {
      stage = "applying";
      toApply = messages;
      books = grown;
      table.alive(id, columns());
    }

    /** It is through. */
    public void done(long count, Rejects rejects, Source.Books grown) {
      toApply = 0;
      set(count, 1, rejects, grown);
      end(RunTable.DONE, null);
    }

    /** It ended before its end; what it brought stays. */
    public void failed(RuntimeException failure) {
      boolean inWords = failure instanceof Problem || failure instanceof UnusableFile;
      end(
          RunTable.FAILED,
          inWords
              ? String.valueOf(failure.getMessage())
              : "It failed; what the command printed says why. What was read before stays. Import"
                  + " again: repeats change nothing.");
    }

    private void set(long count, double share, Rejects rejects, Source.Books grown) {
      rows = count;
      bytesRead = Math.round(share * bytes);
      rejected = rejects.count();
      rejectedBy = rejects.byRule();
      books = grown;
    }

    private void end(String state, @Nullable String problem) {
      try {
        table.end(id, state, problem, columns());
      } catch (IllegalStateException unwritten) {
        // The import itself met what is wrong, and its words are for people.
        LOG.debugf(unwritten, "What became of import %d cannot be written down", id);
      }
    }

    private Map<String, @Nullable Object> columns() {
      Map<String, @Nullable Object> columns = new LinkedHashMap<>();
      columns.put("stage", stage);
      columns.put("row_count", rows);
      columns.put("applied", books.applied());
      columns.put("duplicate", books.duplicate());
      columns.put("quarantined", books.quarantined());
      columns.put("erased", books.erased());
      columns.put("rejected", rejected);
      columns.put("rejected_by", mostFrequent());
      columns.put("to_apply", toApply);
      columns.put("bytes_read", bytesRead);
      return columns;
    }

    private String mostFrequent() {
      Map<String, Long> some = new LinkedHashMap<>();
      rejectedBy.entrySet().stream()
          .limit(MOST_RULES)
          .forEach(
              rule -> some.merge(cut(rule.getKey(), LONGEST_RULE), rule.getValue(), Long::sum));
      try {
        return JSON.writeValueAsString(some);
      } catch (JsonProcessingException impossible) {
        throw new IllegalStateException("texts and numbers can be written", impossible);
      }
    }
  }
}
