package dev.holdfast.event.file;

import dev.holdfast.event.Event;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a file of events from its first row to its last. */
public final class EventImport {

  private EventImport() {}

  /**
   * What was read.
   *
   * @param rows of the file but the header and blank lines; {@code rows = events + rejected}
   * @param events that were handed on
   * @param rejected rows that were not
   * @param first when the first event happened, null without events
   * @param last when the last event happened, null without events
   * @param encoding in which the file was read
   */
  public record Read(
      long rows,
      long events,
      long rejected,
      @Nullable Instant first,
      @Nullable Instant last,
      TextEncoding encoding) {}

  /**
   * Hands every event of a file to {@code sink}, in the order of the file.
   *
   * @param notAfter rows that happened later are rejected
   * @throws UnusableFile if file or map cannot be used; a file that breaks off in the middle has
   *     handed on what came before
   */
  public static Read run(
      Path file,
      ImportMap map,
      Instant notAfter,
      Consumer<Event> sink,
      Rejects rejects,
      ProgressLine progress) {
    try (RowReader reader = RowReader.open(file, map.format())) {
      EventRows mapped = new EventRows(map, reader, notAfter);
      long rows = 0;
      long events = 0;
      Instant first = null;
      Instant last = null;
      for (Row row = reader.next(); row != null; row = reader.next()) {
        rows++;
        try {
          Event event = mapped.event(row);
          sink.accept(event);
          events++;
          first = first == null || event.occurredAt().isBefore(first) ? event.occurredAt() : first;
          last = last == null || event.occurredAt().isAfter(last) ? event.occurredAt() : last;
        } catch (RowRejected rejected) {
          rejects.add(row, rejected);
        }
        progress.at(rows, reader.progress());
      }
      return new Read(rows, events, rows - events, first, last, reader.encoding());
    }
  }
}
