package dev.holdfast.event.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.StringArrayHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a file, one at a time. A row that cannot be read says why and does not stop the
 * others: even a quote that is never closed spoils only its own line.
 */
public final class RowReader implements AutoCloseable {

  /** A quoted field may run over this many lines; beyond it the quote is taken for a mistake. */
  private static final int MAX_LINES_OF_A_ROW = 200;

  private static final int MAX_COLUMNS = 1024;
  private static final int MAX_DEPTH = 32;

  /** How much of a file is looked at to tell its encoding, if it is plain ASCII so far. */
  private static final long MAX_DETECTION_BYTES = 256L * 1024 * 1024;

  private static final int ENOUGH_FOREIGN_LINES = 1000;
  private static final int SHOWN_OF_A_LONG_LINE = 200;
  private static final char QUOTE = '"';

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final Path path;
  private final RowFormat format;
  private final TextEncoding encoding;
  private final LineReader lines;
  private final long size;
  private final CsvReader.CsvReaderBuilder csv;
  private final StringArrayHandler handler = StringArrayHandler.of();
  private final List<String> columns = new ArrayList<>();

  /** Lines read ahead in search of a closing quote, to be read again one by one. */
  private final Deque<Line> again = new ArrayDeque<>();

  private record Line(long number, String text, @Nullable String problem) {}

  private RowReader(Path path, RowFormat format, TextEncoding encoding, LineReader lines)
      throws IOException {
    this.path = path;
    this.format = format;
    this.encoding = encoding;
    this.lines = lines;
    this.size = Files.size(path);
    this.csv =
        CsvReader.builder()
            .fieldSeparator(format.delimiter())
            .quoteCharacter(QUOTE)
            .skipEmptyLines(false)
            .allowExtraFields(true)
            .allowMissingFields(true);
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws UnusableFile if it is missing, unreadable or without a usable header
   */
  public static RowReader open(Path path, RowFormat format) {
    TextEncoding encoding = format.encoding() == null ? detect(path) : format.encoding();
    LineReader lines = LineReader.open(path);
    try {
      RowReader reader = new RowReader(path, format, encoding, lines);
      reader.readHeader();
      return reader;
    } catch (IOException e) {
      lines.close();
      throw new UnusableFile(path + " cannot be read: " + e.getMessage(), e);
    } catch (UnusableFile e) {
      lines.close();
      throw e;
    }
  }

  /** The encoding in which the file is read. */
  public TextEncoding encoding() {
    return encoding;
  }

  /** Names of the columns, as the header gives them; those asked for so far in JSON lines. */
  public List<String> columns() {
    return List.copyOf(columns);
  }

  /**
   * The number of a column, for {@link Row#value}. To be asked before the first row is read.
   *
   * @throws UnusableFile if the file has no such column; the message lists those it has
   */
  public int column(String name) {
    int column = columns.indexOf(name);
    if (column >= 0) {
      return column;
    }
    if (format.kind() == RowFormat.Kind.JSONL) {
      columns.add(name);
      return columns.size() - 1;
    }
    throw new UnusableFile(
        path
            + " has no column \""
            + name
            + "\"; it has "
            + String.join(", ", columns)
            + ": name one of these in the map");
  }

  /** Share of the file that has been read, in [0, 1]. */
  public double progress() {
    return size == 0 ? 1 : Math.min(1, (double) lines.bytesRead() / size);
  }

  /**
   * The next row; blank lines are passed over.
   *
   * @return null at the end
   * @throws UnusableFile if the file is damaged from here on
   */
  public @Nullable Row next() {
    while (true) {
      Line line = nextLine();
      if (line == null) {
        return null;
      }
      if (line.problem() != null) {
        return Row.bad(line.number(), line.text(), line.problem());
      }
      if (line.text().isBlank()) {
        continue;
      }
      return format.kind() == RowFormat.Kind.JSONL ? jsonRow(line) : delimitedRow(line);
    }
  }

  @Override
  public void close() {
    lines.close();
  }

  private static TextEncoding detect(Path path) {
    int utf8 = 0;
    int other = 0;
    try (LineReader lines = LineReader.open(path)) {
      while (utf8 + other < ENOUGH_FOREIGN_LINES
          && lines.bytesRead() < MAX_DETECTION_BYTES
          && lines.next()) {
        if (!isAscii(lines)) {
          if (TextEncoding.UTF_8.decode(lines.bytes(), 0, lines.length()) != null) {
            utf8++;
          } else if (TextEncoding.GB18030.decode(lines.bytes(), 0, lines.length()) != null) {
            other++;
          }
        }
      }
    } catch (UnusableFile e) {
      if (utf8 + other == 0) {
        // Too damaged to tell; reading it will say where.
        return TextEncoding.UTF_8;
      }
    }
    return other > utf8 ? TextEncoding.GB18030 : TextEncoding.UTF_8;
  }

  private static boolean isAscii(LineReader lines) {
    byte[] bytes = lines.bytes();
    for (int i = 0; i < lines.length(); i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }

  private void readHeader() {
    if (format.kind() == RowFormat.Kind.JSONL) {
      return;
    }
    List<String> names = format.header();
    if (names == null) {
      Line line = nextLine();
      while (line != null && line.problem() == null && line.text().isBlank()) {
        line = nextLine();
      }
      if (line == null) {
        throw new UnusableFile(path + " is empty; it needs a header line with the column names");
      }
      Row header =
          line.problem() == null
              ? delimitedRow(line)
              : Row.bad(line.number(), line.text(), line.problem());
      if (header.problem() != null) {
        throw new UnusableFile(
            path + ":" + header.line() + ": the header cannot be read: " + header.problem());
      }
      names = Arrays.stream(header.values()).map(String::strip).toList();
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new UnusableFile(
            path + " has two columns called \"" + name + "\"; rename one of them");
      }
    }
    if (names.size() > MAX_COLUMNS) {
      throw new UnusableFile(
          path + " has " + names.size() + " columns; at most " + MAX_COLUMNS + " are read");
    }
    columns.addAll(names);
  }

  private @Nullable Line nextLine() {
    Line waiting = again.poll();
    if (waiting != null) {
      return waiting;
    }
    if (!lines.next()) {
      return null;
    }
    if (lines.tooLong()) {
      return new Line(
          lines.number(),
          encoding.decodeLeniently(lines.bytes(), 0, SHOWN_OF_A_LONG_LINE) + "…",
          "the line is longer than " + LineReader.MAX_LINE + " bytes");
    }
    String text = encoding.decode(lines.bytes(), 0, lines.length());
    return text == null
        ? new Line(
            lines.number(),
            encoding.decodeLeniently(lines.bytes(), 0, lines.length()),
            "the line is not " + encoding.label())
        : new Line(lines.number(), text, null);
  }

  private Row delimitedRow(Line first) {
    if (!format.quoted() || first.text().indexOf(QUOTE) < 0) {
      return fields(first.number(), first.text());
    }
    Deque<Line> taken = new ArrayDeque<>();
    StringBuilder raw = new StringBuilder(first.text());
    boolean open = endsInQuotes(first.text(), false);
    while (open) {
      Line more = taken.size() < MAX_LINES_OF_A_ROW ? nextLine() : null;
      if (more != null) {
        taken.add(more);
      }
      if (more == null
          || more.problem() != null
          || raw.length() + more.text().length() > LineReader.MAX_LINE) {
        giveBack(taken);
        return Row.bad(
            first.number(), first.text(), "a quote is opened in this line and never closed");
      }
      raw.append('\n').append(more.text());
      open = endsInQuotes(more.text(), true);
    }
    Row row = fields(first.number(), raw.toString());
    if (row.problem() != null && !taken.isEmpty()) {
      // The lines that followed were most likely rows of their own.
      giveBack(taken);
      return Row.bad(first.number(), first.text(), "a quote is opened in this line by mistake");
    }
    return row;
  }

  private Row fields(long line, String raw) {
    String[] values;
    try {
      values =
          format.quoted()
              ? csv.ofSingleCsvRecord(handler, raw)
              : raw.split(Pattern.quote(String.valueOf(format.delimiter())), -1);
    } catch (CsvParseException e) {
      return Row.bad(line, raw, "the quotes are wrong: text follows a closing quote");
    }
    if (!columns.isEmpty() && values.length != columns.size()) {
      return Row.bad(
          line, raw, "there are " + values.length + " fields, the header has " + columns.size());
    }
    return new Row(line, raw, values, null);
  }

  private void giveBack(Deque<Line> taken) {
    while (!taken.isEmpty()) {
      again.addFirst(taken.removeLast());
    }
  }

  /** Whether a quoted field is still open at the end of the text; a quote opens only a field. */
  private boolean endsInQuotes(String text, boolean open) {
    boolean inQuotes = open;
    boolean atFieldStart = !open;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (inQuotes) {
        if (c == QUOTE) {
          if (i + 1 < text.length() && text.charAt(i + 1) == QUOTE) {
            i++;
          } else {
            inQuotes = false;
          }
        }
      } else if (c == format.delimiter()) {
        atFieldStart = true;
      } else {
        inQuotes = c == QUOTE && atFieldStart;
        atFieldStart = false;
      }
    }
    return inQuotes;
  }

  private Row jsonRow(Line line) {
    JsonNode node;
    try {
      node = JSON.readTree(line.text());
    } catch (JsonProcessingException e) {
      return Row.bad(line.number(), line.text(), "not JSON: " + e.getOriginalMessage());
    } catch (NumberFormatException e) {
      // Thrown for an exponent of more than 32 bits.
      return Row.bad(line.number(), line.text(), "not JSON: a number is out of range");
    }
    if (!node.isObject()) {
      return Row.bad(line.number(), line.text(), "each line must be a JSON object");
    }
    String[] values = new String[columns.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = node.get(columns.get(i));
      values[i] =
          value == null || value.isNull()
              ? ""
              : value.isValueNode() ? value.asText() : value.toString();
    }
    return new Row(line.number(), line.text(), values, null);
  }
}
