package dev.holdfast.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Building of snapshots from a long history, in a heap that holds the rows and little more. The
 * history is made on the fly; how long making it takes is measured too.
 */
final class SnapshotBench {

  private static final int EVENTS = 20;

  private SnapshotBench() {}

  /** Sizes: customers, training snapshots of each, heap in MiB. */
  static void run(String... sizes) throws Exception {
    int customers = Bench.size(sizes, 0, 500_000);
    int snapshots = Bench.size(sizes, 1, 1);
    int heap = Bench.size(sizes, 2, 512);
    Child child =
        Child.run(heap + "m", List.of("child", "snapshots", "" + customers, "" + snapshots));
    System.out.println(
        "| events | customers | rows | rows' own size, MiB | heap, MiB | peak memory, MiB"
            + " | three passes, s | processor, s | of which making events, s | events/s"
            + " | events per processor second | each pass, s |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|");
    double events = child.number("events");
    System.out.printf(
        Locale.ROOT,
        "| %,.0f | %,d | %,.0f | %s | %d | %s | %s | %s | %s | %,.0f | %,.0f | %s |%n",
        events,
        customers,
        child.number("rows"),
        child.text("size"),
        heap,
        child.text("peak"),
        child.text("wall"),
        child.text("processor"),
        child.text("making"),
        events / child.number("wall"),
        events / child.number("processor"),
        child.text("passes"));
  }

  static void child(String... args) throws Exception {
    Passes source =
        new Passes(new MadeUpHistories(Integer.parseInt(args[0]), EVENTS, 1), new ArrayList<>());
    Measured making = Measured.of(() -> source.forEach(customer -> {}));
    source.seconds().clear();
    SnapshotSet[] set = new SnapshotSet[1];
    Measured building =
        Measured.of(
            () ->
                set[0] =
                    SnapshotSet.of(
                        experiment(Integer.parseInt(args[1])),
                        source,
                        Exposures.none(),
                        System.err::println));
    long rows = (long) set[0].training().size() + set[0].test().size();
    Child.say("events", set[0].history().events());
    Child.say("rows", rows);
    Child.say("size", String.format(Locale.ROOT, "%.0f", megabytes(rows, set[0])));
    Child.say("wall", String.format(Locale.ROOT, "%.1f", building.wallSeconds()));
    Child.say("making", String.format(Locale.ROOT, "%.1f", 3 * making.processorSeconds()));
    Child.say("processor", String.format(Locale.ROOT, "%.1f", building.processorSeconds()));
    Child.say("passes", source.words());
    Child.say("peak", String.format(Locale.ROOT, "%.0f", Measured.peakMegabytes()));
  }

  private static double megabytes(long rows, SnapshotSet set) {
    return rows * 4.0 * set.training().schema().size() / 1024 / 1024;
  }

  static Experiment experiment(int snapshots) {
    return Experiment.parse(
        "{name: bench, churn: {horizon: P30D}, snapshots: {spread: true, count: "
            + snapshots
            + "}, logistic: {}}",
        "bench");
  }

  /** A source that notes how long each pass took. */
  record Passes(HistorySource source, List<Double> seconds) implements HistorySource {

    @Override
    public void forEach(Consumer<CustomerHistory> consumer) {
      long start = System.nanoTime();
      source.forEach(consumer);
      seconds.add((System.nanoTime() - start) / 1e9);
    }

    String words() {
      return String.join(
          ", ", seconds.stream().map(s -> String.format(Locale.ROOT, "%.1f", s)).toList());
    }
  }
}
