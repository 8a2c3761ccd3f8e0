package dev.holdfast.training;

import dev.holdfast.event.Event;
import dev.holdfast.event.file.EventImport;
import dev.holdfast.event.file.ImportMap;
import dev.holdfast.event.file.ProgressLine;
import dev.holdfast.event.file.Rejects;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Histories straight from files, read by their import maps and held in memory: for a study, without
 * a database. Customers are numbered in the order of their names, whatever the order of the rows.
 */
public final class FileHistories implements HistorySource {

  private static final Instant NO_CLOCK = Instant.parse("9000-01-01T00:00:00Z");

  private final List<CustomerHistory> histories;

  private FileHistories(List<CustomerHistory> histories) {
    this.histories = histories;
  }

  /**
   * Reads files of events.
   *
   * @param files each with the name of its import map or the path of one
   * @param progress told in plain words how far the run is
   * @throws dev.holdfast.event.file.UnusableFile if a file or a map cannot be used
   */
  public static FileHistories read(List<Experiment.File> files, Consumer<String> progress) {
    Map<String, List<Event>> byCustomer = new TreeMap<>();
    for (Experiment.File file : files) {
      ImportMap map = ImportMap.read(file.map());
      try (Rejects rejects = Rejects.into(null)) {
        EventImport.Read read =
            EventImport.run(
                Path.of(file.path()),
                map,
                NO_CLOCK,
                event ->
                    byCustomer.computeIfAbsent(event.customer(), c -> new ArrayList<>()).add(event),
                rejects,
                new ProgressLine(progress));
        progress.accept(
            file.path() + ": " + read.events() + " events, " + read.rejected() + " rejected");
        rejects.byRule().forEach((rule, count) -> progress.accept("  " + count + " " + rule));
      }
    }
    List<CustomerHistory> histories = new ArrayList<>(byCustomer.size());
    long id = 0;
    for (List<Event> events : byCustomer.values()) {
      histories.add(new CustomerHistory(++id, events));
    }
    return new FileHistories(histories);
  }

  @Override
  public void forEach(Consumer<CustomerHistory> consumer) {
    histories.forEach(consumer);
  }
}
