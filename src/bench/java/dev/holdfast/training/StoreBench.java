package dev.holdfast.training;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.StoreOnItsOwn;
import java.util.ArrayList;
import java.util.Locale;

/** Building of snapshots from the stored history, in a real database. */
final class StoreBench {

  private static final int EVENTS = 20;

  private StoreBench() {}

  /** Sizes: customers, training snapshots of each. */
  static void run(String... sizes) throws Exception {
    int customers = Bench.size(sizes, 0, 50_000);
    int snapshots = Bench.size(sizes, 1, 6);
    MadeUpHistories made = new MadeUpHistories(customers, EVENTS, 1);
    try (StoreOnItsOwn database = StoreOnItsOwn.start()) {
      EventStore store = database.store();
      Measured writing =
          Measured.of(() -> made.forEach(c -> database.append(c.customerId(), c.events())));
      database.flush();
      SnapshotBench.Passes source =
          new SnapshotBench.Passes(
              new StoreHistories(store, OperationalCalendar.plain()), new ArrayList<>());
      SnapshotSet[] set = new SnapshotSet[1];
      Measured building =
          Measured.of(
              () ->
                  set[0] =
                      SnapshotSet.of(
                          SnapshotBench.experiment(snapshots),
                          source,
                          Exposures.none(),
                          System.err::println));
      double events = set[0].history().events();
      System.out.println(
          "| events | customers | rows | appending, events/s | three passes, s | processor, s"
              + " | events/s | events per processor second | each pass, s |");
      System.out.println("|---|---|---|---|---|---|---|---|---|");
      System.out.printf(
          Locale.ROOT,
          "| %,.0f | %,d | %,d | %,.0f | %.1f | %.1f | %,.0f | %,.0f | %s |%n",
          events,
          customers,
          set[0].training().size() + set[0].test().size(),
          events / writing.wallSeconds(),
          building.wallSeconds(),
          building.processorSeconds(),
          events / building.wallSeconds(),
          events / building.processorSeconds(),
          source.words());
    }
  }
}
