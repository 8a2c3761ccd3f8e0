package dev.holdfast.cli;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.holdfast.campaign.Disposition;
import dev.holdfast.campaign.OutcomeReason;
import dev.holdfast.campaign.ReportedOutcomes.Reported;
import dev.holdfast.event.file.Row;
import dev.holdfast.event.file.RowFormat;
import dev.holdfast.event.file.RowReader;
import dev.holdfast.event.file.UnusableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The outcomes in a dialer's file, row by row, in the dialer's words. */
final class OutcomeFile implements AutoCloseable {

  /** What a row may say: the names of the columns unless a map gives others. */
  private static final List<String> FIELDS =
      List.of(
          "task",
          "campaign",
          "customer",
          "phone",
          "disposition",
          "contactedAt",
          "agent",
          "reason",
          "note",
          "callBackAt",
          "callId");

  private static final int LONGEST_NOTE = 500;

  private static final DateTimeFormatter LOCAL =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendPattern("[ ]['T']HH:mm[:ss][.SSS]")
          .toFormatter(Locale.ROOT);

  private static final RowFormat FORMAT = new RowFormat(RowFormat.Kind.CSV, ',', true, null, null);

  /**
   * What a dialer's words mean.
   *
   * @param columns by field, where the file has another name for it
   * @param dispositions ours by the dialer's
   * @param reasons ours by the dialer's
   * @param campaign of all rows, where no column says it
   * @param zone of times without one, such as Asia/Shanghai
   */
  @JsonIgnoreProperties(ignoreUnknown = false)
  record Words(
      @Nullable Map<String, String> columns,
      @Nullable Map<String, String> dispositions,
      @Nullable Map<String, String> reasons,
      @Nullable String campaign,
      @Nullable String zone) {

    /** Our own words. */
    static final Words OURS = new Words(null, null, null, null, null);

    /**
     * Reads a map from a YAML file.
     *
     * @throws UnusableFile if it cannot be read or names what there is not
     */
    static Words read(Path file) {
      try {
        Words words = new ObjectMapper(new YAMLFactory()).readValue(file.toFile(), Words.class);
        for (String field : words.columns == null ? List.<String>of() : words.columns.keySet()) {
          if (!FIELDS.contains(field)) {
            throw new UnusableFile(
                file + ": columns has \"" + field + "\"; it may have " + String.join(", ", FIELDS));
          }
        }
        if (words.zone != null) {
          requireZone(file, words.zone);
        }
        return words;
      } catch (IOException malformed) {
        throw new UnusableFile(file + " cannot be read: " + malformed.getMessage(), malformed);
      }
    }

    private static void requireZone(Path file, String zone) {
      try {
        ZoneId.of(zone);
      } catch (DateTimeException unknown) {
        throw new UnusableFile(
            file
                + ": zone must be one of the tz database, such as Asia/Shanghai, was \""
                + zone
                + "\"",
            unknown);
      }
    }
  }

  /**
   * A row.
   *
   * @param line where it begins
   * @param reported null if it cannot be read
   * @param problem why not, with the remedy; null if it can
   */
  record Line(long line, @Nullable Reported reported, @Nullable String problem) {}

  private final RowReader reader;
  private final Words words;
  private final Map<String, Integer> columns = new HashMap<>();

  private OutcomeFile(RowReader reader, Words words) {
    this.reader = reader;
    this.words = words;
  }

  /**
   * Opens a file.
   *
   * @throws UnusableFile if file or map cannot be used
   */
  static OutcomeFile open(Path path, Words words) {
    OutcomeFile file = new OutcomeFile(RowReader.open(path, FORMAT), words);
    Map<String, String> named = words.columns() == null ? Map.of() : words.columns();
    for (String field : FIELDS) {
      String column = named.getOrDefault(field, field);
      if (named.containsKey(field) || file.reader.columns().contains(column)) {
        file.columns.put(field, file.reader.column(column));
      }
    }
    if (!file.columns.containsKey("disposition")) {
      file.close();
      throw new UnusableFile(
          path
              + " has no column \"disposition\"; it has "
              + String.join(", ", file.reader.columns())
              + ": name the one that says it in a map, columns: {disposition: ...}");
    }
    return file;
  }

  /** The next row, null at the end. */
  @Nullable Line next() {
    Row row = reader.next();
    if (row == null) {
      return null;
    }
    if (row.problem() != null) {
      return new Line(row.line(), null, row.problem());
    }
    try {
      return new Line(row.line(), reported(row), null);
    } catch (IllegalArgumentException wrong) {
      return new Line(row.line(), null, String.valueOf(wrong.getMessage()));
    }
  }

  private Reported reported(Row row) {
    String campaign = text(row, "campaign");
    String reason = text(row, "reason");
    String note = text(row, "note");
    return new Reported(
        task(text(row, "task")),
        campaign == null ? words.campaign() : campaign,
        text(row, "customer"),
        text(row, "phone"),
        disposition(text(row, "disposition")),
        instant("contactedAt", text(row, "contactedAt")),
        text(row, "agent"),
        reason == null ? null : OutcomeReason.of(ours(words.reasons(), reason)),
        note == null ? null : note.substring(0, Math.min(LONGEST_NOTE, note.length())),
        instant("callBackAt", text(row, "callBackAt")),
        text(row, "callId"));
  }

  private @Nullable String text(Row row, String field) {
    Integer column = columns.get(field);
    String text = column == null ? "" : row.value(column);
    return text.isEmpty() ? null : text;
  }

  private static @Nullable Long task(@Nullable String text) {
    if (text == null) {
      return null;
    }
    if (!text.matches("[0-9]{1,18}")) {
      throw new IllegalArgumentException(
          "task must be the number of a call task, was \"" + text + "\"");
    }
    return Long.valueOf(text);
  }

  private Disposition disposition(@Nullable String text) {
    if (text == null) {
      throw new IllegalArgumentException("the row has no disposition");
    }
    try {
      return Disposition.of(ours(words.dispositions(), text));
    } catch (IllegalArgumentException unknown) {
      throw new IllegalArgumentException(
          unknown.getMessage()
              + ", was \""
              + text
              + "\": say what it means in a map, dispositions: {"
              + text
              + ": ...}",
          unknown);
    }
  }

  private static String ours(@Nullable Map<String, String> map, String word) {
    return map == null ? word : map.getOrDefault(word, word);
  }

  private @Nullable Instant instant(String field, @Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException local) {
      return local(field, text);
    }
  }

  private Instant local(String field, String text) {
    LocalDateTime time;
    try {
      time = LocalDateTime.parse(text, LOCAL);
    } catch (DateTimeException malformed) {
      throw new IllegalArgumentException(
          field + " must be a time such as 2026-03-02T09:30:00+08:00, was \"" + text + "\"",
          malformed);
    }
    if (words.zone() == null) {
      throw new IllegalArgumentException(
          field + " \"" + text + "\" says no zone: name it in a map, such as zone: Asia/Shanghai");
    }
    return time.atZone(ZoneId.of(words.zone())).toInstant();
  }

  @Override
  public void close() {
    reader.close();
  }
}
