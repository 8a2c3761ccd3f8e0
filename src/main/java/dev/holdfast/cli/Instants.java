package dev.holdfast.cli;

import dev.holdfast.platform.Problem;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

/** Instants as people type them. */
final class Instants {

  private Instants() {}

  /**
   * Reads an instant with or without seconds, with an offset.
   *
   * @throws Problem 400 with an example
   */
  static Instant parse(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException malformed) {
      throw Problem.badRequest(
          "An instant is written like 2011-12-10T00:00Z, was \"" + text + "\"");
    }
  }
}
