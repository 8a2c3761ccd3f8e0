package dev.holdfast.training.table;

import dev.holdfast.event.file.Row;
import dev.holdfast.event.file.RowFormat;
import dev.holdfast.event.file.RowReader;
import dev.holdfast.event.file.UnusableFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A customer table in memory, column by column. Not changed once read. */
public final class Table {

  private final Path path;
  private final Map<String, Column> columns;
  private final List<Integer> lines;

  private Table(Path path, Map<String, Column> columns, List<Integer> lines) {
    this.path = path;
    this.columns = columns;
    this.lines = lines;
  }

  /**
   * Reads all rows.
   *
   * @throws UnusableFile if the file is missing, empty or damaged, or a line has more or fewer
   *     fields than the header; the message names file and line
   */
  public static Table read(Path path) {
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
    boolean tabs = name.endsWith(".tsv") || name.endsWith(".tsv.gz");
    RowFormat format =
        new RowFormat(
            tabs ? RowFormat.Kind.TSV : RowFormat.Kind.CSV, tabs ? '\t' : ',', true, null, null);
    Map<String, Column> columns = new LinkedHashMap<>();
    List<Integer> lines = new ArrayList<>();
    try (RowReader reader = RowReader.open(path, format)) {
      reader.columns().forEach(column -> columns.put(column, new Column(column)));
      for (Row row = reader.next(); row != null; row = reader.next()) {
        if (row.problem() != null) {
          throw new UnusableFile(
              path + ":" + row.line() + ": " + row.problem() + "; mend or remove the line");
        }
        int at = 0;
        for (Column column : columns.values()) {
          column.add(row.values()[at++]);
        }
        lines.add(Math.toIntExact(row.line()));
      }
    }
    if (lines.isEmpty()) {
      throw new UnusableFile(path + " has a header and no customers; it needs a row for each");
    }
    return new Table(path, columns, lines);
  }

  /** Number of customers. */
  public int size() {
    return lines.size();
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** Names of all columns, in the order of the file. */
  public List<String> columns() {
    return List.copyOf(columns.keySet());
  }

  /** The text of a cell. */
  public String text(String column, int row) {
    return column(column).text(row);
  }

  /** Line of the file on which a row starts, from 1. */
  public int line(int row) {
    return lines.get(row);
  }

  boolean has(String column) {
    return columns.containsKey(column);
  }

  /**
   * A column.
   *
   * @throws UnusableFile if there is none of this name; the message lists those there are
   */
  Column column(String name) {
    Column column = columns.get(name);
    if (column == null) {
      throw new UnusableFile(
          path
              + ":1: there is no column \""
              + name
              + "\"; the header has "
              + String.join(", ", columns.keySet())
              + ": name one of these, or add the column");
    }
    return column;
  }

  /** The first row with this text. */
  int firstRow(Column column, String text) {
    for (int row = 0; row < size(); row++) {
      if (column.text(row).equals(text)) {
        return row;
      }
    }
    throw new IllegalArgumentException(column.name() + " has no " + text);
  }

  /**
   * A number for each row that depends on nothing but its content: of the id where there is one, of
   * all its texts else. Rows of the same id or of the same texts in {@code alike} have the same
   * number: they are not independent, and must not lie on both sides of a split.
   *
   * @param id column of the id, or null
   * @param alike the columns that make rows identical
   */
  long[] numbers(@Nullable String id, List<String> alike) {
    int n = size();
    long[] own = new long[n];
    int[] parent = new int[n];
    Map<Long, Integer> firstOfId = new HashMap<>();
    Map<Long, Integer> firstOfContent = new HashMap<>();
    for (int row = 0; row < n; row++) {
      parent[row] = row;
      long content = content(row, alike);
      String name = id == null ? "" : column(id).text(row);
      own[row] = name.isEmpty() ? content : hash(name);
      join(parent, row, firstOfContent.getOrDefault(content, row));
      firstOfContent.putIfAbsent(content, row);
      join(parent, row, firstOfId.getOrDefault(own[row], row));
      firstOfId.putIfAbsent(own[row], row);
    }
    long[] smallest = own.clone();
    for (int row = 0; row < n; row++) {
      int root = root(parent, row);
      smallest[root] = Math.min(smallest[root], own[row]);
    }
    long[] numbers = new long[n];
    for (int row = 0; row < n; row++) {
      numbers[row] = smallest[root(parent, row)];
    }
    return numbers;
  }

  private static int root(int[] parent, int row) {
    int at = row;
    while (parent[at] != at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  private static void join(int[] parent, int a, int b) {
    parent[root(parent, a)] = root(parent, b);
  }

  /** Rows whose texts in these columns were seen in an earlier row. */
  int repeated(List<String> alike) {
    long[] contents = new long[size()];
    for (int row = 0; row < contents.length; row++) {
      contents[row] = content(row, alike);
    }
    return contents.length - (int) Arrays.stream(contents).distinct().count();
  }

  private long content(int row, List<String> alike) {
    StringBuilder all = new StringBuilder();
    for (String name : alike) {
      all.append(column(name).text(row)).append('\u001f');
    }
    return hash(all.toString());
  }

  private static long hash(String text) {
    return ByteBuffer.wrap(sha256().digest(text.getBytes(StandardCharsets.UTF_8))).getLong();
  }

  /** SHA-256 of the file as it lies there. */
  public String sha256OfFile() {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
