package dev.holdfast.event.file;

import dev.holdfast.event.AppliedOffsets;
import dev.holdfast.event.EventLog;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An import whose books are shown to balance: every row of the file is applied, a repeat, put aside
 * or rejected. The figures are the growth of the source's books, so the import waits until the
 * stream has caught up before it begins and after it ends.
 */
@ApplicationScoped
public class BookedImport {

  /** The stream may stand still for this long before it is taken for stopped. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final Duration STAND_EVERY = Duration.ofSeconds(1);
  private static final Duration SAY_EVERY = Duration.ofSeconds(5);

  private final EventLog log;
  private final AppliedOffsets applied;
  private final Sources sources;
  private final ImportRuns runs;
  private final BusinessClock clock;

  BookedImport(
      EventLog log, AppliedOffsets applied, Sources sources, ImportRuns runs, BusinessClock clock) {
    this.log = log;
    this.applied = applied;
    this.sources = sources;
    this.runs = runs;
    this.clock = clock;
  }

  /**
   * What became of a file.
   *
   * @param read what was read and sent
   * @param books by how much the source's books grew meanwhile
   * @param complete through when the source was declared complete, null without events
   */
  public record Booked(EventImport.Read read, Source.Books books, @Nullable Instant complete) {

    /** Whether every row of the file is accounted for. */
    public boolean balances() {
      return books.received() >= read.events()
          && books.received()
              == books.applied() + books.duplicate() + books.quarantined() + books.erased();
    }

    /** What to do if they do not balance, in words. */
    public String imbalance() {
      return String.format(
          Locale.ROOT,
          "the books do not balance: %,d events were sent, %,d arrived; look at GET"
              + " /api/v1/sources and the log of the service, then import again",
          read.events(),
          books.received());
    }

    /** Messages of the same source that others sent meanwhile. */
    public long fromOthers() {
      return Math.max(0, books.received() - read.events());
    }
  }

  /**
   * Imports a file. How far it is can be read from {@link ImportRuns} meanwhile.
   *
   * @param completeThrough up to when the source is complete afterwards; null for the last event
   * @param actor who imports
   * @param said takes progress, line by line
   * @throws UnusableFile if the file or the map cannot be used
   * @throws Problem 503 if the broker does not take events or nothing applies them
   */
  public Booked run(
      Path file,
      ImportMap map,
      @Nullable Instant completeThrough,
      String actor,
      Rejects rejects,
      Consumer<String> said) {
    ImportMap.DeclaredSource declared = map.source();
    // Before anything is sent, so that a file that cannot be used changes nothing.
    RowReader.open(file, map.format()).close();
    String name = declared.name();
    sources.declare(name, declared.cadence(), declared.maxSilence());
    ImportRuns.Ongoing run = runs.begin("events", file, map, name, actor);
    try {
      Booked booked = run(file, map, completeThrough, rejects, said, run);
      if (booked.balances()) {
        run.done(booked.read().rows(), rejects, booked.books());
      } else {
        run.failed(Problem.conflict(booked.imbalance()));
      }
      return booked;
    } catch (RuntimeException failure) {
      run.failed(failure);
      throw failure;
    }
  }

  private Booked run(
      Path file,
      ImportMap map,
      @Nullable Instant completeThrough,
      Rejects rejects,
      Consumer<String> said,
      ImportRuns.Ongoing run) {
    String name = map.source().name();
    waitFor(log.endOffsets(), "earlier events", said, run::waiting);
    Source.Books before = booksOf(name);

    EventLog.Batch batch = log.open();
    ProgressLine progress =
        new ProgressLine(
            said, (rows, share) -> run.reading(rows, share, rejects, booksOf(name).minus(before)));
    run.reading(0, 0, rejects, booksOf(name).minus(before));
    EventImport.Read read = EventImport.run(file, map, clock.now(), batch::add, rejects, progress);
    Map<Integer, Long> wanted = batch.finish();
    said.accept(
        String.format(
            "%,d rows read as %s, %,d events sent",
            read.rows(), read.encoding().label(), read.events()));

    run.reading(read.rows(), 1, rejects, booksOf(name).minus(before));
    waitFor(
        wanted,
        "the events of this file",
        said,
        missing -> run.applying(missing, booksOf(name).minus(before)));
    Instant complete = completeThrough == null ? read.last() : completeThrough;
    if (complete != null) {
      sources.completeThrough(name, complete);
    }
    return new Booked(read, booksOf(name).minus(before), complete);
  }

  private Source.Books booksOf(String source) {
    return sources.byName(source).orElseThrow().books();
  }

  /**
   * Waits until the stream has applied the log.
   *
   * @param standing told every second how many messages are missing
   */
  private void waitFor(
      Map<Integer, Long> wanted, String what, Consumer<String> said, LongConsumer standing) {
    long missing = applied.missing(wanted);
    long movedNanos = System.nanoTime();
    long saidNanos = movedNanos;
    long stoodNanos = movedNanos;
    while (missing > 0) {
      pause();
      long now = applied.missing(wanted);
      if (now < missing) {
        movedNanos = System.nanoTime();
      } else if (System.nanoTime() - movedNanos > PATIENCE.toNanos()) {
        throw Problem.unavailable(
            String.format(
                "Nothing applies events: %,d of %s are on the log and stood still for %d s. They"
                    + " are safe. Start the service (holdfast serve) or look at its log, then import"
                    + " again: repeats change nothing.",
                now, what, PATIENCE.toSeconds()),
            PATIENCE);
      }
      missing = now;
      if (System.nanoTime() - stoodNanos > STAND_EVERY.toNanos()) {
        stoodNanos = System.nanoTime();
        standing.accept(missing);
      }
      if (System.nanoTime() - saidNanos > SAY_EVERY.toNanos()) {
        saidNanos = System.nanoTime();
        said.accept(String.format("applying: %,d of %s to go", missing, what));
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unavailable("The wait was interrupted.", PATIENCE);
    }
  }
}
