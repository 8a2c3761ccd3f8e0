package dev.holdfast.event.file;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows that were not taken: counted by the rule they broke, the first of them kept for showing,
 * all of them written to a file if one is wanted (CSV: line, reason, the line as it was).
 */
public final class Rejects implements AutoCloseable {

  private static final int SHOWN = 5;

  private final @Nullable CsvWriter file;
  private final Map<String, Long> byRule = new LinkedHashMap<>();
  private final List<String> first = new ArrayList<>();
  private long count;

  private Rejects(@Nullable CsvWriter file) {
    this.file = file;
  }

  /**
   * Begins to collect.
   *
   * @param path of the reject file, replaced if it exists; null for none
   * @throws UnusableFile if it cannot be written
   */
  public static Rejects into(@Nullable Path path) {
    if (path == null) {
      return new Rejects(null);
    }
    try {
      CsvWriter writer =
          CsvWriter.builder()
              .quoteStrategy(QuoteStrategies.ALWAYS)
              .build(path, StandardCharsets.UTF_8);
      writer.writeRecord("line", "reason", "row");
      return new Rejects(writer);
    } catch (IOException e) {
      throw new UnusableFile(
          "the reject file " + path + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** Takes note of one row. */
  public void add(Row row, RowRejected rejected) {
    count++;
    byRule.merge(rejected.rule(), 1L, Long::sum);
    if (first.size() < SHOWN) {
      first.add("line " + row.line() + ": " + rejected.detail());
    }
    if (file != null) {
      file.writeRecord(Long.toString(row.line()), rejected.detail(), row.raw());
    }
  }

  /** How many there were. */
  public long count() {
    return count;
  }

  /** How many by rule, the most frequent first. */
  public Map<String, Long> byRule() {
    Map<String, Long> sorted = new LinkedHashMap<>();
    byRule.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  /** The first few with line and reason. */
  public List<String> first() {
    return List.copyOf(first);
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        throw new UnusableFile("the reject file cannot be finished: " + e.getMessage(), e);
      }
    }
  }
}
