package dev.holdfast.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * Processes are killed while history is imported, and the import is repeated: nothing is lost,
 * nothing is doubled, and the books say so.
 */
class KilledImportIT {

  private static final String SOURCE = "killed-shop";
  private static final int LINES = 60_000;

  /** The import gives up after the stream stood still for a minute; the rest is its own start. */
  private static final Duration GIVES_UP_WITHIN = Duration.ofSeconds(90);

  private static final Duration IMPORT_WITHIN = Duration.ofSeconds(120);

  private final long seed = Long.getLong("holdfast.seed", System.nanoTime());
  private final Random random = new Random(seed);

  /** The books of the source. */
  private record Books(long received, long applied, long duplicate, long quarantined) {}

  @BeforeEach
  void say(TestInfo test) {
    System.out.println(test.getDisplayName() + " seed " + seed);
  }

  @Test
  void aServiceKilledDuringAnImportLosesNothingAndDoublesNothing() throws Exception {
    try (Installation installation = Installation.empty("killed-service")) {
      OrderLines lines = prepare(installation);
      Installation.Service service = installation.serve();
      // Once while the file is still sent, once further on; both by what is applied already.
      for (double share : new double[] {0, random.nextDouble(0.2, 0.8)}) {
        Installation.Running interrupted = startImport(installation, lines);
        Books before =
            awaitApplied(installation, interrupted, 1 + Math.round(share * lines.good()));
        service.running().kill();
        System.out.println("killed with " + before.applied() + " of " + lines.good() + " applied");
        assertThat(before.applied()).as("killed in the middle").isLessThan(lines.good());

        Installation.Ended gaveUp = interrupted.end(GIVES_UP_WITHIN);
        System.out.println(
            "the import gave up after "
                + gaveUp.took().toMillis()
                + " ms: "
                + gaveUp.err().strip());
        assertThat(gaveUp.exit()).isEqualTo(1);
        assertThat(gaveUp.err().lines().filter(line -> line.startsWith("holdfast: ")))
            .singleElement()
            .satisfies(line -> assertThat(line).containsPattern("(again|repeats)"));
        assertThat(gaveUp.err()).doesNotContain("\tat ", "Exception:", "WARN");

        service = installation.serve();
        System.out.println("start after the kill " + service.startTook().toMillis() + " ms");
      }
      long repeatBegun = System.nanoTime();
      Installation.Ended repeat = startImport(installation, lines).end(IMPORT_WITHIN);
      System.out.println("repeat " + millisSince(repeatBegun) + " ms");
      assertImportedWhole(repeat, lines);

      Installation.Ended third = startImport(installation, lines).end(IMPORT_WITHIN);
      assertAllDuplicates(third, lines);

      assertNothingLostNothingDoubled(installation, lines);
      service.running().stop(Duration.ofSeconds(30));
    }
  }

  @Test
  @Tag("full")
  void anImportThatIsKilledFiveTimesLosesNothingAndDoublesNothing() throws Exception {
    try (Installation installation = Installation.empty("killed-import")) {
      OrderLines lines = prepare(installation);
      for (int kill = 1; kill <= 5; kill++) {
        Installation.Running killed = startImport(installation, lines);
        await("its own parts to run")
            .atMost(Installation.START_WITHIN)
            .pollInterval(Duration.ofMillis(100))
            .until(() -> installation.ownedBy(killed));
        // From here it starts the stream, sends the file and waits until it is applied.
        long millis = random.nextInt(12_000);
        if (killed.process().waitFor(millis, TimeUnit.MILLISECONDS)) {
          System.out.println("run " + kill + " was through before its kill at " + millis + " ms");
          assertThat(killed.process().exitValue()).as(killed.stderr()).isZero();
        } else {
          killed.kill();
          System.out.println("run " + kill + " killed after " + millis + " ms");
        }
      }

      assertImportedWhole(startImport(installation, lines).end(IMPORT_WITHIN), lines);
      assertAllDuplicates(startImport(installation, lines).end(IMPORT_WITHIN), lines);

      Installation.Service service = installation.serve();
      assertNothingLostNothingDoubled(installation, lines);
      service.running().stop(Duration.ofSeconds(30));
    }
  }

  private OrderLines prepare(Installation installation) throws IOException {
    return OrderLines.write(installation.folder(), SOURCE, LINES, seed);
  }

  private static Installation.Running startImport(Installation installation, OrderLines lines)
      throws IOException {
    return installation.start("import", lines.file().toString(), "--map", lines.map().toString());
  }

  private static Books awaitApplied(
      Installation installation, Installation.Running importing, long enough) {
    return await("the stream to apply part of the file")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .failFast(
            () ->
                assertThat(importing.process().isAlive())
                    .as("the import runs; it said:%n%s", importing.stderr())
                    .isTrue())
        .until(() -> books(installation), books -> books.applied() >= enough);
  }

  /** What came earlier and is still on the log is applied first and not in these figures. */
  private static void assertImportedWhole(Installation.Ended ended, OrderLines lines) {
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.figure("rows read")).isEqualTo(lines.lines());
    assertThat(ended.figure("rejected")).isEqualTo(lines.malformed());
    assertThat(ended.figure("applied") + ended.figure("duplicate") + ended.figure("quarantine"))
        .as("applied, duplicate and quarantined in:%n%s", ended.out())
        .isEqualTo(lines.good() + lines.repeated());
    assertThat(ended.figure("duplicate")).isGreaterThanOrEqualTo(lines.repeated());
  }

  private static void assertAllDuplicates(Installation.Ended ended, OrderLines lines) {
    assertImportedWhole(ended, lines);
    assertThat(ended.figure("applied")).isZero();
    assertThat(ended.figure("duplicate")).isEqualTo(lines.good() + lines.repeated());
  }

  private static void assertNothingLostNothingDoubled(Installation installation, OrderLines lines)
      throws SQLException {
    Books books = books(installation);
    System.out.println(lines + " " + books);
    assertThat(number(installation, "SELECT COUNT(*) FROM event"))
        .as("rows of the history")
        .isEqualTo(lines.good());
    assertThat(number(installation, "SELECT COUNT(DISTINCT event_key) FROM event"))
        .as("distinct events among them")
        .isEqualTo(lines.good());
    assertThat(books.applied()).as("applied").isEqualTo(lines.good());
    assertThat(books.received())
        .as("received")
        .isEqualTo(books.applied() + books.duplicate() + books.quarantined());
    assertThat(books.quarantined()).as("quarantined").isZero();
    assertThat(number(installation, "SELECT SUM(next_offset) FROM partition_progress"))
        .as("messages that were taken from the log, each in the books once")
        .isEqualTo(books.received());
  }

  private static Books books(Installation installation) throws SQLException {
    try (Connection database = installation.database();
        Statement statement = database.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT received, applied, duplicate, quarantined FROM source WHERE name = '"
                    + SOURCE
                    + "'")) {
      return row.next()
          ? new Books(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4))
          : new Books(0, 0, 0, 0);
    }
  }

  private static long number(Installation installation, String query) throws SQLException {
    try (Connection database = installation.database();
        Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static long millisSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
  }
}
