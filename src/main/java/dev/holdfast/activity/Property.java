package dev.holdfast.activity;

import dev.holdfast.event.Event;
import dev.holdfast.event.KindMapping;

/**
 * Reads properties as senders write them: a file gives every value as text. What cannot be read is
 * as good as not said, for a state must take whatever is stored.
 */
final class Property {

  private Property() {}

  /** A number within bounds; NaN if there is none. */
  static double number(Event event, String property, double lowest, double highest) {
    Object value = event.properties().get(property);
    double number = Double.NaN;
    if (value instanceof Number given) {
      number = given.doubleValue();
    } else if (value instanceof String text) {
      try {
        number = Double.parseDouble(text);
      } catch (NumberFormatException e) {
        return Double.NaN;
      }
    }
    return number >= lowest && number <= highest ? number : Double.NaN;
  }

  /** A word in the form in which names are compared; empty if there is none. */
  static String word(Event event, String property) {
    Object value = event.properties().get(property);
    return value == null ? "" : KindMapping.canonical(value.toString());
  }
}
