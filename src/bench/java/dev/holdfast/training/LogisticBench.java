package dev.holdfast.training;

import dev.holdfast.activity.Feature;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Training of the sign-constrained logistic regression, from rows to all files of a model. */
final class LogisticBench {

  private static final int COLUMNS = 40;
  private static final String HEAP = "3g";

  private LogisticBench() {}

  /** Sizes: rows. */
  static void run(String... sizes) throws Exception {
    int rows = Bench.size(sizes, 0, 1_000_000);
    Child child = Child.run(HEAP, List.of("child", "logistic", "" + rows));
    System.out.println("| rows | features | wall, s | processor, s | peak memory, MiB |");
    System.out.println("|---|---|---|---|---|");
    System.out.printf(
        Locale.ROOT,
        "| %,d | %d | %s | %s | %s |%n",
        rows,
        COLUMNS,
        child.text("wall"),
        child.text("processor"),
        child.text("peak"));
  }

  static void child(String... args) throws Exception {
    Rows rows = MadeUpRows.rows(Integer.parseInt(args[0]), MadeUpRows.schema(COLUMNS, false), 1);
    RiskTrainer trainer =
        new RiskTrainer.Logistic(
            0.01, rows.schema().features().stream().map(Feature::name).toList(), Instant.EPOCH);
    Measured measured = Measured.of(() -> trainer.fit(rows));
    Child.say("wall", String.format(Locale.ROOT, "%.1f", measured.wallSeconds()));
    Child.say("processor", String.format(Locale.ROOT, "%.1f", measured.processorSeconds()));
    Child.say("peak", String.format(Locale.ROOT, "%.0f", Measured.peakMegabytes()));
  }
}
