package dev.holdfast.event.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.event.Event;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The maps that ship, on the data they are for; skipped where the data are not. */
class ShippedMapsTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static Path data() {
    String folder = System.getenv("HOLDFAST_DATA");
    return folder == null ? Path.of("..", "shared", "data") : Path.of(folder);
  }

  @ParameterizedTest
  @CsvSource({
    "online_retail_2011, online_retail_2011/online_retail_2010-12_2011-12.csv.gz, 541909, 397884",
    "cdnow, cdnow/cdnow_sample_transactions.csv.gz, 6919, 6919",
    "complete_journey_transactions, complete_journey_sample/transactions_sample.csv.gz, 75000, 75000",
    "complete_journey_coupons, complete_journey_sample/coupon_redemptions.csv.gz, 2102, 2102",
    "email_eu, email_eu/emails.csv.gz, 83083, 83083",
    "sparkify_log_month, sparkify_log_month/sparkify_log_2018-11.csv.gz, 8056, 7770"
  })
  void everyRowIsAccountedFor(String map, String file, long rows, long events) {
    Path path = data().resolve(file);
    assumeTrue(Files.exists(path), "no data at " + path + "; set HOLDFAST_DATA");
    Set<String> ids = new HashSet<>();
    ProgressLine progress = new ProgressLine(line -> {});
    try (Rejects rejects = Rejects.into(null)) {
      EventImport.Read read =
          EventImport.run(
              path,
              ImportMap.read(map),
              NOW,
              (Event event) -> ids.add(event.id()),
              rejects,
              progress);
      System.out.printf("%s: %d rows in %.2f s%n", map, read.rows(), progress.seconds());

      assertThat(read.rows()).isEqualTo(rows);
      assertThat(read.events()).isEqualTo(events).isEqualTo(ids.size());
      assertThat(rejects.count()).isEqualTo(rows - events);
      assertThat(read.encoding()).isEqualTo(TextEncoding.UTF_8);
    }
  }
}
