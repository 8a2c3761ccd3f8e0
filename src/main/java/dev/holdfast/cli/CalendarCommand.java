package dev.holdfast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.activity.OperationalCalendar.Outage;
import dev.holdfast.calendar.CalendarJson;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.platform.Problem;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows and changes the operational calendar. */
@Command(
    name = "calendar",
    description = "Which days count how much as silence, and when we were out of order.",
    subcommands = {
      CalendarCommand.Show.class,
      CalendarCommand.Replace.class,
      CalendarCommand.OutageCommand.class
    })
@Needs(Needs.Parts.STORE)
class CalendarCommand {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** Shows the calendar in force. */
  @Command(name = "show", description = "Shows the calendar in force, as set reads it.")
  static class Show implements Callable<Integer> {

    @Inject Calendars calendars;

    @Override
    public Integer call() throws IOException {
      print(calendars.inForce());
      return 0;
    }
  }

  /** Replaces the calendar. */
  @Command(
      name = "set",
      description = {
        "Replaces the calendar by the one in FILE (YAML or JSON): zone, weekdays, days, outages.",
        "Everybody is timed and scored anew in the background."
      })
  static class Replace implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "as holdfast calendar show prints it")
    Path file;

    @Option(
        names = "--instead-of",
        paramLabel = "VERSION",
        description = "refuse if another version is in force by now")
    @Nullable String expected;

    @Inject Calendars calendars;

    @Override
    public Integer call() throws IOException {
      print(calendars.set(read(file), expected, Actor.name()));
      return 0;
    }
  }

  /** Outages of ours. */
  @Command(
      name = "outage",
      description = "Outages of ours, during which nobody counts as silent.",
      subcommands = OutageCommand.Add.class)
  static class OutageCommand {

    /** Declares an outage. */
    @Command(name = "add", description = "Declares that we were out of order from FROM to TO.")
    static class Add implements Callable<Integer> {

      @Parameters(
          index = "0",
          paramLabel = "FROM",
          description = "an instant such as 2026-03-01T04:00:00Z, past or to come")
      String from;

      @Parameters(index = "1", paramLabel = "TO", description = "the first instant after it")
      String to;

      @Option(names = "--reason", paramLabel = "TEXT", description = "kept in the audit")
      @Nullable String reason;

      @Inject Calendars calendars;

      @Override
      public Integer call() throws IOException {
        Outage outage;
        try {
          outage = new Outage(Instants.parse(from), Instants.parse(to));
        } catch (IllegalArgumentException wrong) {
          throw Problem.badRequest(String.valueOf(wrong.getMessage()));
        }
        print(calendars.declare(outage, reason, Actor.name()));
        return 0;
      }
    }
  }

  private static void print(OperationalCalendar calendar) throws IOException {
    ObjectNode document = CalendarJson.write(calendar);
    document.put("version", calendar.version());
    System.out.print(YAML.writeValueAsString(document));
  }

  /**
   * Reads a calendar as people write it.
   *
   * @throws Problem 400 if it cannot be read, naming the file and what is wrong
   */
  static OperationalCalendar read(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw Problem.badRequest("The file " + file + " cannot be read");
    }
    try {
      JsonNode document = YAML.readTree(file.toFile());
      return CalendarJson.read(document);
    } catch (JsonProcessingException malformed) {
      throw Problem.badRequest(file + ": " + malformed.getOriginalMessage());
    } catch (IllegalArgumentException wrong) {
      throw Problem.badRequest(file + ": " + wrong.getMessage());
    }
  }
}
