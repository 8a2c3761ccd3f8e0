package dev.holdfast.packaged;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A file of order lines, the same for the same seed: good ones, exact repeats of earlier ones, and
 * malformed ones of several kinds.
 *
 * @param file the file
 * @param map what its columns mean
 * @param good distinct good lines
 * @param repeated lines that repeat a good one exactly
 * @param malformed lines that are no event
 */
record OrderLines(Path file, Path map, long good, long repeated, long malformed) {

  private static final Instant START = Instant.parse("2024-01-01T00:00:00Z");
  private static final int CUSTOMERS = 2_000;
  private static final double REPEATED = 0.05;
  private static final double MALFORMED = 0.01;

  /** Writes a file of {@code lines} rows, and its map, into {@code folder}. */
  static OrderLines write(Path folder, String source, int lines, long seed) throws IOException {
    Path file = folder.resolve("order-lines.csv");
    var random = new Random(seed);
    List<String> written = new ArrayList<>();
    long repeated = 0;
    long malformed = 0;
    try (var out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      out.write("id,customer,at,amount\n");
      for (int i = 0; i < lines; i++) {
        double kind = random.nextDouble();
        String line;
        if (kind < MALFORMED) {
          line = malformed(i, random);
          malformed++;
        } else if (kind < MALFORMED + REPEATED && !written.isEmpty()) {
          line = written.get(random.nextInt(written.size()));
          repeated++;
        } else {
          line =
              String.format(
                  "order-%d,c%04d,%s,%d.%02d",
                  i, random.nextInt(CUSTOMERS), at(i), random.nextInt(200), random.nextInt(100));
          written.add(line);
        }
        out.write(line);
        out.write('\n');
      }
    }
    return new OrderLines(file, writeMap(folder, source), written.size(), repeated, malformed);
  }

  /** Writes the map that says what the columns mean into {@code folder}. */
  static Path writeMap(Path folder, String source) throws IOException {
    return Files.writeString(
        folder.resolve("order-lines.yaml"),
        """
        format: csv
        source:
          name: %s
          cadence: daily
        event:
          id: {column: id}
          customer: {column: customer, namespace: customer}
          name: {constant: order_line}
          kind: purchase
          occurredAt: {column: at, format: iso}
          amount: amount
          currency: EUR
        """
            .formatted(source));
  }

  long lines() {
    return good + repeated + malformed;
  }

  private static Instant at(int line) {
    return START.plus(line * 8L, ChronoUnit.MINUTES);
  }

  private static String malformed(int line, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> "order-" + line + ",," + at(line) + ",1.00";
      case 1 -> "order-" + line + ",c0001,yesterday,1.00";
      case 2 -> "order-" + line + ",c0001," + at(line) + ",NaN";
      case 3 -> "order-" + line + ",c0001,2999-01-01T00:00:00Z,1.00";
      case 4 -> "order-" + line + ",c0001," + at(line) + ",1.00,one cell too many";
      default -> ",c0001," + at(line) + ",1.00";
    };
  }
}
