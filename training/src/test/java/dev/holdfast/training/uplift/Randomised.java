package dev.holdfast.training.uplift;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.training.table.Table;
import java.nio.file.Files;
import java.nio.file.Path;

/** Public experiments; a test is skipped, and says so, where they are not there. */
final class Randomised {

  private Randomised() {}

  /** 64,000 customers, a third each e-mailed for men's or women's goods, or not at all. */
  static Table hillstrom() {
    return read("hillstrom/hillstrom.csv.gz");
  }

  /** 305,866 voters, four kinds of letter or none. */
  static Table letters() {
    return read("gotv_social_rct/social.csv.gz");
  }

  private static Table read(String name) {
    String folder = System.getenv("HOLDFAST_DATA");
    Path file = Path.of(folder == null ? "../shared/data" : folder).resolve(name);
    assumeTrue(Files.exists(file), () -> "skipped: " + file + " is not there");
    return Table.read(file);
  }
}
