package dev.holdfast.cli;

import dev.holdfast.customer.Erasures;
import dev.holdfast.customer.PersonalExports;
import jakarta.inject.Inject;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a person may ask for: all that is kept, and that nothing is kept any more. */
@Command(
    name = "customer",
    description = "Exports all that is kept about a customer, or erases it.",
    subcommands = {
      CustomerCommand.Export.class,
      CustomerCommand.Erase.class,
      CustomerCommand.Readmit.class
    })
@Needs(Needs.Parts.STORE)
class CustomerCommand {

  private static final String NAME = "namespace:value, such as crm:4711";

  /** Writes all that is kept. */
  @Command(
      name = "export",
      description = "Writes all that is kept about a customer as one JSON document; audited.")
  static class Export implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = NAME)
    String name;

    @Option(
        names = "--out",
        paramLabel = "FILE",
        description = "a new file instead of the standard output")
    @Nullable Path file;

    @Inject PersonalExports exports;

    @Override
    public Integer call() throws IOException {
      PersonalExports.Export export = exports.open(name, Actor.name());
      if (file == null) {
        export.writeTo(System.out);
        System.out.println();
        return 0;
      }
      create(file);
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
        export.writeTo(out);
      }
      System.err.println("written to " + file);
      return 0;
    }

    /** For nobody else to read, where the file system knows of owners. */
    private static void create(Path file) throws IOException {
      if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } else {
        Files.createFile(file);
      }
    }
  }

  /** Erases for good. */
  @Command(
      name = "erase",
      description = "Erases a customer for good. There is no way back; export first if you must.")
  static class Erase implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = NAME)
    String name;

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        required = true,
        description = "kept, so it must not tell who it was")
    String reason;

    @Option(
        names = "--scope",
        paramLabel = "SCOPE",
        description =
            "party, with all of its customers, or customer, this one alone; needed where the party"
                + " has several")
    Erasures.@Nullable Scope scope;

    @Inject Erasures erasures;

    @Override
    public Integer call() {
      Erasures.Erased erased = erasures.erase(name, reason, scope, Actor.name());
      System.out.printf(
          Locale.ROOT,
          "erasure %d of %s: %d customer%s%s%n",
          erased.erasure(),
          erased.erasedAt(),
          erased.customers(),
          erased.customers() == 1 ? "" : "s",
          erased.party() ? " and the party" : ", the party stays");
      return 0;
    }
  }

  /** Takes a name again. */
  @Command(
      name = "readmit",
      description =
          "Lets the name of an erased customer mean somebody new from now on; what happened before"
              + " stays away.")
  static class Readmit implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = NAME)
    String name;

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "for the audit")
    String reason;

    @Inject Erasures erasures;

    @Override
    public Integer call() {
      erasures.readmit(name, reason, Actor.name());
      return 0;
    }
  }
}
