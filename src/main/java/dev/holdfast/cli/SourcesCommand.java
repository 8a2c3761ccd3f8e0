package dev.holdfast.cli;

import dev.holdfast.access.Audit;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.event.Watermark;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists the sources with their watermarks and books, and declares them complete. */
@Command(
    name = "sources",
    description =
        "Lists the sources of events: how far each is complete, its health, and its books.",
    subcommands = SourcesCommand.Complete.class)
@Needs(Needs.Parts.STORE)
class SourcesCommand implements Callable<Integer> {

  @Inject Sources sources;
  @Inject BusinessClock clock;

  @Override
  public Integer call() {
    System.out.printf(
        "%-24s %-8s %-28s %9s %-10s %12s %12s %12s %12s%n",
        "source",
        "cadence",
        "complete through",
        "behind",
        "health",
        "received",
        "applied",
        "duplicate",
        "quarantine");
    Instant now = clock.now();
    for (Source source : sources.all()) {
      Watermark watermark = source.watermark();
      System.out.printf(
          "%-24s %-8s %-28s %9s %-10s %,12d %,12d %,12d %,12d%s%s%n",
          source.name(),
          source.cadence().wireName(),
          watermark.reached() == null ? "-" : watermark.reached(),
          behind(watermark, now),
          source.feed().health() == null ? "-" : source.feed().health(),
          source.books().received(),
          source.books().applied(),
          source.books().duplicate(),
          source.books().quarantined(),
          watermark.heldFrom() == null
              ? ""
              : "  held: " + watermark.heldFrom() + " to " + watermark.heldThrough(),
          source.feed().incident() == null ? "" : "  incident " + source.feed().incident());
    }
    return 0;
  }

  private static String behind(Watermark watermark, Instant now) {
    Instant reached = watermark.reached();
    if (reached == null) {
      return "-";
    }
    Duration age = Duration.between(reached, now);
    return age.isNegative() ? "0 h" : age.toHours() + " h";
  }

  /** Declares a source complete. */
  @Command(
      name = "complete",
      description = "Declares that NAME has reported everything up to THROUGH.")
  static class Complete implements Callable<Integer> {

    @Parameters(paramLabel = "NAME")
    String name;

    @Parameters(paramLabel = "THROUGH", description = "an instant such as 2026-03-01T00:00:00Z")
    String through;

    @Inject Sources sources;
    @Inject Audit audit;

    @Override
    public Integer call() {
      Instant instant = Instants.parse(through);
      if (sources.byName(name).isEmpty()) {
        throw Problem.badRequest("there is no source \"" + name + "\"; see holdfast sources");
      }
      QuarkusTransaction.requiringNew()
          .run(
              () -> {
                sources.completeThrough(name, instant);
                audit.record(Actor.name(), "source-completed", name, "through " + instant);
              });
      return 0;
    }
  }
}
