package dev.holdfast.training;

import dev.holdfast.campaign.DatesBench;
import dev.holdfast.model.CrossingBench;
import dev.holdfast.stream.ApiBench;
import dev.holdfast.stream.AttendanceBench;
import dev.holdfast.stream.BellBench;
import dev.holdfast.stream.DeskBench;
import dev.holdfast.stream.EffectBench;
import dev.holdfast.stream.IntakeBench;
import dev.holdfast.stream.LatencyBench;
import dev.holdfast.stream.PageBench;
import dev.holdfast.stream.PipelineBench;
import dev.holdfast.stream.PreviewBench;
import dev.holdfast.stream.RescoreBench;
import dev.holdfast.stream.SilenceBench;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Runs the benchmarks and prints their tables as they stand in docs/benchmarks.md. */
final class Bench {

  private static final List<String> ALL =
      List.of(
          "training",
          "logistic",
          "snapshots",
          "store",
          "calendar",
          "explanations",
          "evaluator",
          "crossing",
          "pipeline",
          "intake",
          "latency",
          "rescore",
          "silence",
          "bell",
          "attendance",
          "api",
          "desk",
          "preview",
          "dates",
          "pages",
          "effect");

  private Bench() {}

  private static final String WRITE = "--write";

  /**
   * Arguments: a benchmark and its sizes, or nothing for all with their usual sizes. With {@code
   * --write} before them the figures replace those in docs/benchmarks.md.
   */
  public static void main(String... args) throws Exception {
    if (args.length > 0 && args[0].equals("child")) {
      child(args[1], Arrays.copyOfRange(args, 2, args.length));
      return;
    }
    boolean write = args.length > 0 && args[0].equals(WRITE);
    String[] asked = write ? Arrays.copyOfRange(args, 1, args.length) : args;
    if (asked.length > 0 && !ALL.contains(asked[0])) {
      System.err.println(
          "usage: ./holdfast bench [" + WRITE + "] [" + String.join("|", ALL) + " [SIZE...]]");
      System.exit(2);
    }
    BenchPage page = new BenchPage(Path.of("docs/benchmarks.md"));
    for (String name : asked.length == 0 ? ALL : List.of(asked[0])) {
      String figures = BenchPage.printed(() -> measure(name, asked));
      if (write) {
        page.write(name, figures);
      }
    }
  }

  private static void measure(String name, String... asked) throws Exception {
    String[] sizes = asked.length == 0 ? asked : Arrays.copyOfRange(asked, 1, asked.length);
    System.out.printf(
        "`./holdfast bench %s`, %s, %s:%n%n",
        String.join(" ", asked.length == 0 ? new String[] {name} : asked),
        Instant.now().truncatedTo(ChronoUnit.MINUTES),
        Measured.machine());
    double before = Measured.load();
    run(name, sizes);
    System.out.printf(
        Locale.ROOT, "%nLoad %.1f before and %.1f after.%n%n", before, Measured.load());
  }

  private static void run(String name, String... sizes) throws Exception {
    switch (name) {
      case "training" -> TrainingBench.run(sizes);
      case "logistic" -> LogisticBench.run(sizes);
      case "snapshots" -> SnapshotBench.run(sizes);
      case "store" -> StoreBench.run(sizes);
      case "calendar" -> CalendarBench.run(sizes);
      case "evaluator" -> EvaluatorBench.run(sizes);
      case "crossing" -> CrossingBench.run(size(sizes, 0, 4_000));
      case "rescore" -> RescoreBench.run(size(sizes, 0, 1_000_000));
      case "silence" -> SilenceBench.run(size(sizes, 0, 1_000_000));
      case "bell" -> BellBench.run(size(sizes, 0, 1_000), size(sizes, 1, 1_000_000));
      case "attendance" ->
          AttendanceBench.run(size(sizes, 0, 50_000), size(sizes, 1, 200_000), size(sizes, 2, 4));
      case "api" ->
          ApiBench.run(
              size(sizes, 0, 50_000),
              size(sizes, 1, 10),
              size(sizes, 2, 500),
              size(sizes, 3, 3_000));
      case "desk" ->
          DeskBench.run(size(sizes, 0, 1_000_000), size(sizes, 1, 50_000), size(sizes, 2, 5_000));
      case "pages" ->
          PageBench.run(size(sizes, 0, 1_000_000), size(sizes, 1, 10), size(sizes, 2, 50_000));
      case "dates" -> DatesBench.run(size(sizes, 0, 1_000_000));
      case "effect" -> EffectBench.run(size(sizes, 0, 100_000), size(sizes, 1, 40));
      case "preview" -> PreviewBench.run(size(sizes, 0, 1_000_000));
      case "pipeline" ->
          PipelineBench.run(size(sizes, 0, 50_000), size(sizes, 1, 16), size(sizes, 2, 300_000));
      case "intake" ->
          IntakeBench.run(size(sizes, 0, 20_000), size(sizes, 1, 300_000), size(sizes, 2, 4));
      case "latency" ->
          LatencyBench.run(size(sizes, 0, 50_000), size(sizes, 1, 3_000), size(sizes, 2, 180));
      default -> explanations();
    }
  }

  private static void child(String name, String... args) throws Exception {
    switch (name) {
      case "training" -> TrainingBench.child(args);
      case "logistic" -> LogisticBench.child(args);
      case "snapshots" -> SnapshotBench.child(args);
      default -> throw new IllegalArgumentException("there is no child " + name);
    }
  }

  private static void explanations() throws Exception {
    System.out.println("| missing | ours, rows/s | predictContrib, rows/s | ratio | most apart |");
    System.out.println("|---|---|---|---|---|");
    for (double missing : new double[] {0, 0.1}) {
      ExplanationRate rate =
          ExplanationRate.measure(new ExplanationRate.Setup(300, 6, 40, missing, 20_000, 2_000, 1));
      System.out.printf(
          Locale.ROOT,
          "| %.0f %% | %,.0f | %,.0f | %.1f | %.0e |%n",
          100 * missing,
          rate.ours(),
          rate.theirs(),
          rate.ours() / rate.theirs(),
          rate.apart());
    }
  }

  /** The {@code i}-th size, or the usual one. */
  static int size(String[] sizes, int i, int usual) {
    return i < sizes.length ? Integer.parseInt(sizes[i].replace("_", "")) : usual;
  }
}
