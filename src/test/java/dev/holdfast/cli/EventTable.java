package dev.holdfast.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/** Files of events as a user has them: a table, its map and an experiment. */
final class EventTable {

  static final Instant START = Instant.parse("2025-01-06T00:00:00Z");

  private final Path folder;

  EventTable(Path folder) {
    this.folder = folder;
  }

  /** A file in the folder. */
  Path write(String name, String content) {
    try {
      return Files.writeString(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A year of customers with rates of their own, who leave in silence. */
  Path events(String name, int customers, long seed, double dropout) {
    Random random = new Random(seed);
    Instant end = START.plus(Duration.ofDays(365));
    StringBuilder rows = new StringBuilder("who,at\n");
    for (int c = 1; c <= customers; c++) {
      double gapDays = Math.exp(random.nextGaussian() * 0.8 + 1.2);
      Instant at = START.plus(Duration.ofHours(random.nextInt(24 * 120)));
      while (at.isBefore(end)) {
        rows.append('c').append(c).append(',').append(at).append('\n');
        if (random.nextDouble() < dropout) {
          break;
        }
        double hours = -24 * gapDays * Math.log(1 - random.nextDouble());
        at = at.plus(Duration.ofMinutes((long) (hours * 60) + 1));
      }
    }
    return write(name, rows.toString());
  }

  /** What the columns mean. */
  Path map(String customerColumn) {
    return write(
        "map-" + customerColumn + ".yaml",
        """
        format: csv
        source: {name: table, cadence: daily}
        event:
          customer: {column: %s, namespace: crm}
          name: {constant: login}
          kind: usage
          occurredAt: at
        """
            .formatted(customerColumn));
  }

  /** A small experiment; trainers and all else as given. */
  Path experiment(String name, String rest) {
    return write(name + ".yaml", "name: " + name + "\nlateness: P0D\n" + rest);
  }
}
