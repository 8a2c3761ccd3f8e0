package dev.holdfast.warning;

import java.net.URI;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a message says, in plain text. */
final class NoticeText {

  private static final int LONGEST_TITLE = 200;

  /**
   * Of each part of a digest: nobody reads more, and a mail server takes no message of any size.
   */
  private static final int MOST_LINES = 200;

  private static final DateTimeFormatter TO_THE_MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm zzz", Locale.ENGLISH);

  private final ZoneId zone;
  private final @Nullable URI address;

  /**
   * @param zone in which instants are told
   * @param address of this service, for links; null if people are not told one
   */
  NoticeText(ZoneId zone, @Nullable URI address) {
    this.zone = zone;
    this.address = address;
  }

  /** The figures of a segment whose customers stopped coming. */
  record Figures(double expected, long came, double missingLow, double missingHigh) {

    private String words() {
      return String.format(
          Locale.ROOT,
          "%,.0f expected, %,d came: %,.0f to %,.0f missing",
          expected,
          came,
          missingLow,
          missingHigh);
    }
  }

  /** One line that says what happened to what. */
  String title(Incident incident, String occasion) {
    return oneLine(
        "Incident " + incident.id() + " " + occasion + ": " + incident.subject(), LONGEST_TITLE);
  }

  /**
   * What happened, to whom and since when, and where to go on.
   *
   * @param by who caused the occasion
   */
  String body(Incident incident, @Nullable Figures figures, String occasion, String by) {
    StringBuilder text = new StringBuilder();
    String cause = incident.cause();
    text.append(
            switch (occasion) {
              case "opened" -> "A new incident: " + incident.words() + ".";
              case "assigned" -> by + " assigned this incident to you: " + incident.words() + ".";
              default ->
                  "It is over: " + (cause == null ? incident.words() : cause) + " (" + by + ").";
            })
        .append("\n\n");
    line(text, "Subject", incident.subject());
    line(text, "Since", at(incident.since()));
    line(text, "Opened", at(incident.openedAt()));
    line(text, "Customers", String.format(Locale.ROOT, "%,d", incident.customers()));
    if (figures != null) {
      line(text, "Figures", figures.words());
    }
    if (incident.held()) {
      line(text, "Timers", "those of these customers wait until it is over");
    }
    String owner = incident.owner();
    line(text, "Owner", owner == null ? "nobody yet" : owner);
    text.append('\n').append(goOn(incident.id())).append('\n');
    return text.toString();
  }

  /** The title of the digest of a day. */
  String digestTitle(String day, int open, int heldBack) {
    return "Warnings of " + day + ": " + open + " open, " + heldBack + " held back";
  }

  /**
   * All that is open, and what had no message of its own.
   *
   * @param heldBack titles, each with the reason
   * @param refused what the mail server refused, to whomever
   */
  String digest(List<Incident> open, List<String> heldBack, List<String> refused) {
    StringBuilder text = new StringBuilder();
    text.append(open.isEmpty() ? "No incident of yours is open.\n" : "Open incidents of yours:\n");
    for (Incident one : open.subList(0, Math.min(open.size(), MOST_LINES))) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n  %d  %s, %s, since %s, %,d customers%n      %s%n",
              one.id(),
              one.subject(),
              one.state().wireName(),
              at(one.since()),
              one.customers(),
              oneLine(one.words(), Integer.MAX_VALUE)));
    }
    more(text, open.size());
    lines(text, "Without a message of its own since the last digest", heldBack);
    lines(text, "Refused by the mail server (holdfast warnings retry NUMBER sends again)", refused);
    URI service = address;
    text.append('\n')
        .append(service == null ? "holdfast warnings" : service.resolve("/warnings").toString())
        .append('\n');
    return text.toString();
  }

  private static void lines(StringBuilder text, String title, List<String> lines) {
    if (lines.isEmpty()) {
      return;
    }
    text.append('\n').append(title).append(":\n");
    lines.stream()
        .limit(MOST_LINES)
        .forEach(one -> text.append("\n  ").append(oneLine(one, Integer.MAX_VALUE)));
    text.append('\n');
    more(text, lines.size());
  }

  private static void more(StringBuilder text, int lines) {
    if (lines > MOST_LINES) {
      text.append("\n  and ").append(lines - MOST_LINES).append(" more\n");
    }
  }

  private String goOn(long id) {
    URI service = address;
    return "holdfast warnings show "
        + id
        + (service == null ? "" : "\n" + service.resolve("/warnings/" + id));
  }

  private String at(Instant instant) {
    return TO_THE_MINUTE.format(instant.atZone(zone));
  }

  private static void line(StringBuilder text, String what, String value) {
    text.append(String.format(Locale.ROOT, "%-10s %s%n", what, oneLine(value, Integer.MAX_VALUE)));
  }

  /** Without line breaks and other control characters: a name may hold anything. */
  private static String oneLine(String words, int longest) {
    String line = words.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= longest ? line : line.substring(0, longest);
  }
}
