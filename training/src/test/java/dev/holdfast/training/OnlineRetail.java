package dev.holdfast.training;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** The shared data set online_retail_2011 as purchases: one event per order line. */
final class OnlineRetail implements HistorySource {

  private final Map<Long, List<Event>> events = new TreeMap<>();

  private final List<CustomerHistory> histories = new ArrayList<>();

  private OnlineRetail() {}

  /** The file, or skips the calling test with a message if it is not there. */
  static Path fileOrSkip() {
    String folder = System.getenv("HOLDFAST_DATA");
    Path file =
        Path.of(folder == null ? "../shared/data" : folder)
            .resolve("online_retail_2011/online_retail_2010-12_2011-12.csv.gz");
    assumeTrue(Files.exists(file), () -> "skipped: " + file + " is not there");
    return file;
  }

  /** Reads the file, or skips the calling test with a message if it is not there. */
  static OnlineRetail orSkip() {
    Path file = fileOrSkip();
    OnlineRetail data = new OnlineRetail();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      lines.readLine();
      int number = 1;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        data.add(++number, line.split(",", 5));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    data.events.forEach((c, list) -> data.histories.add(new CustomerHistory(c, list)));
    return data;
  }

  private void add(int line, String[] cells) {
    if (cells.length < 5 || cells[3].isEmpty()) {
      return;
    }
    BigDecimal quantity = new BigDecimal(cells[0]);
    BigDecimal price = new BigDecimal(cells[2]);
    if (quantity.signum() <= 0 || price.signum() <= 0) {
      return;
    }
    long customer = Math.round(Double.parseDouble(cells[3]));
    Instant at = Instant.parse(cells[1].replace(' ', 'T') + "Z");
    events
        .computeIfAbsent(customer, c -> new ArrayList<>())
        .add(
            new Event(
                Integer.toString(line),
                "online-retail",
                "retail:" + customer,
                "order",
                EventKind.PURCHASE,
                at,
                at,
                true,
                1,
                quantity.multiply(price),
                "GBP",
                null,
                Map.of(),
                true));
  }

  @Override
  public void forEach(Consumer<CustomerHistory> consumer) {
    histories.forEach(consumer);
  }
}
