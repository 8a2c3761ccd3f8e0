package dev.holdfast.cli;

import dev.holdfast.customer.CustomerImport;
import dev.holdfast.event.Source;
import dev.holdfast.event.file.BookedImport;
import dev.holdfast.event.file.EventImport;
import dev.holdfast.event.file.ImportMap;
import dev.holdfast.event.file.ProgressLine;
import dev.holdfast.event.file.Rejects;
import dev.holdfast.event.file.UnusableFile;
import dev.holdfast.platform.BusinessClock;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Imports a file of events, and proves that every row is accounted for. */
@Command(
    name = "import",
    description = {
      "Imports the history in FILE: CSV, TSV or JSON lines, gzip too, UTF-8 or GB18030.",
      "A second run changes nothing. Example:",
      "  holdfast import orders.csv.gz --map online_retail_2011"
    },
    subcommands = ImportCommand.OfCustomers.class)
@Needs(Needs.Parts.STREAM)
class ImportCommand implements Callable<Integer> {

  private static final int DONE = 0;
  private static final int REFUSED = 1;
  private static final int WRONG_USAGE = 2;

  @Parameters(paramLabel = "FILE", arity = "0..1", description = "the file to import")
  @Nullable Path file;

  @Option(
      names = "--map",
      paramLabel = "MAP",
      description = "what the columns mean: a YAML file, or the name of one in training/maps")
  @Nullable String map;

  @Option(names = "--dry-run", description = "reads and checks, sends nothing")
  boolean dryRun;

  @Option(
      names = "--rejects",
      paramLabel = "FILE",
      description = "writes the rows that are not taken, with line and reason")
  @Nullable Path rejects;

  @Option(
      names = "--complete-through",
      paramLabel = "INSTANT",
      description = "the source has reported everything up to here (else: the last event)")
  @Nullable String completeThrough;

  @Spec CommandSpec spec;
  @Inject BookedImport imports;
  @Inject BusinessClock clock;

  @Override
  public Integer call() {
    Path path = required(file, "FILE");
    String mapName = required(map, "--map");
    Instant through = completeThrough == null ? null : Instants.parse(completeThrough);
    try (Rejects rejected = Rejects.into(rejects)) {
      ImportMap columns = ImportMap.read(mapName);
      if (dryRun) {
        EventImport.Read read =
            EventImport.run(
                path,
                columns,
                clock.now(),
                event -> {},
                rejected,
                new ProgressLine(System.err::println));
        System.out.printf("encoding   %s%n", read.encoding().label());
        System.out.printf("rows       %,12d%n", read.rows());
        System.out.printf("events     %,12d  (dry run: not sent)%n", read.events());
        System.out.printf("rejected   %,12d%n", read.rejected());
        System.out.printf("first      %s%nlast       %s%n", read.first(), read.last());
        printRejects(rejected);
        return DONE;
      }
      return print(
          imports.run(path, columns, through, Actor.name(), rejected, System.err::println),
          rejected);
    } catch (UnusableFile e) {
      System.err.println("holdfast: " + e.line());
      return WRONG_USAGE;
    }
  }

  private int print(BookedImport.Booked booked, Rejects rejected) {
    Source.Books books = booked.books();
    System.out.printf("rows read    %,12d%n", booked.read().rows());
    System.out.printf("  applied    %,12d%n", books.applied());
    System.out.printf("  duplicate  %,12d%n", books.duplicate());
    System.out.printf("  quarantine %,12d%n", books.quarantined());
    if (books.erased() > 0) {
      System.out.printf("  erased     %,12d%n", books.erased());
    }
    System.out.printf("  rejected   %,12d%n", booked.read().rejected());
    printRejects(rejected);
    System.out.printf("complete through %s%n", booked.complete() == null ? "-" : booked.complete());
    if (booked.fromOthers() > 0) {
      System.out.printf(
          "%,d messages of the same source came from elsewhere meanwhile; the figures include"
              + " them%n",
          booked.fromOthers());
    }
    if (!booked.balances()) {
      System.err.println("holdfast: " + booked.imbalance());
      return REFUSED;
    }
    return DONE;
  }

  private static void printRejects(Rejects rejected) {
    rejected.byRule().forEach((rule, count) -> System.out.printf("    %,12d  %s%n", count, rule));
    if (rejected.count() > 0) {
      System.out.println("  first rejected:");
      rejected.first().forEach(line -> System.out.println("    " + line));
    }
  }

  private <T> T required(@Nullable T value, String what) {
    return required(spec, value, what);
  }

  private static <T> T required(CommandSpec spec, @Nullable T value, String what) {
    if (value == null) {
      throw new ParameterException(spec.commandLine(), "Missing " + what);
    }
    return value;
  }

  /** Imports a file of customers. */
  @Command(
      name = "customers",
      description = {
        "Imports who the customers in FILE are. A second run changes nothing. Example:",
        "  holdfast import customers households.csv --map complete_journey_households"
      })
  @Needs(Needs.Parts.STORE)
  static class OfCustomers implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "the file to import")
    Path file;

    @Option(
        names = "--map",
        paramLabel = "MAP",
        required = true,
        description = "what the columns mean: a YAML file, or the name of one in training/maps")
    String map;

    @Option(names = "--dry-run", description = "reads and checks, changes nothing")
    boolean dryRun;

    @Option(
        names = "--rejects",
        paramLabel = "FILE",
        description = "writes the rows that are not taken, with line and reason")
    @Nullable Path rejects;

    @Inject CustomerImport customers;

    @Override
    public Integer call() {
      try (Rejects rejected = Rejects.into(rejects)) {
        CustomerImport.Result result =
            customers.run(
                file, ImportMap.read(map), dryRun, Actor.name(), rejected, System.err::println);
        System.out.printf("encoding   %s%n", result.encoding().label());
        System.out.printf("rows       %,12d%s%n", result.rows(), dryRun ? "  (dry run)" : "");
        System.out.printf("new        %,12d%n", result.created());
        System.out.printf("known      %,12d%n", result.known());
        System.out.printf("rejected   %,12d%n", rejected.count());
        printRejects(rejected);
        return DONE;
      } catch (UnusableFile e) {
        System.err.println("holdfast: " + e.line());
        return WRONG_USAGE;
      }
    }
  }
}
