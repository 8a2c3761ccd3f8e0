package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.LocalTime;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a day's contacts may begin and must have begun, in local time: {@code 08:00-21:00}, or
 * {@code closed}.
 *
 * @param fromMinute first minute of the day, 0 to 1440
 * @param toMinute first minute after, not before {@code fromMinute}; equal for a closed day
 */
public record OpenHours(int fromMinute, int toMinute) {

  private static final int DAY = 24 * 60;
  private static final Pattern FORM =
      Pattern.compile("([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])");
  private static final String CLOSED_WORD = "closed";

  /** No contact that day. */
  static final OpenHours CLOSED = new OpenHours(0, 0);

  public OpenHours {
    if (fromMinute < 0 || toMinute < fromMinute || toMinute > DAY) {
      throw new IllegalArgumentException(
          "hours must lie within a day and end after they begin, were minutes "
              + fromMinute
              + " to "
              + toMinute);
    }
  }

  /**
   * Reads the written form.
   *
   * @throws IllegalArgumentException if it is neither {@code HH:MM-HH:MM} nor {@code closed}
   */
  @JsonCreator
  public static OpenHours of(String text) {
    if (text.equals(CLOSED_WORD)) {
      return CLOSED;
    }
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "hours must be like 08:00-21:00 or closed, were \"" + text + "\"");
    }
    OpenHours hours = new OpenHours(minutes(parts, 1), minutes(parts, 3));
    if (hours.closed()) {
      throw new IllegalArgumentException(
          "hours must end after they begin, were \"" + text + "\"; write closed for none");
    }
    return hours;
  }

  private static int minutes(Matcher parts, int group) {
    return Integer.parseInt(parts.group(group)) * 60 + Integer.parseInt(parts.group(group + 1));
  }

  boolean closed() {
    return fromMinute == toMinute;
  }

  /** True at or after the beginning and before the end. */
  boolean contain(LocalTime time) {
    int second = time.toSecondOfDay();
    return second >= fromMinute * 60 && second < toMinute * 60;
  }

  /** The written form. */
  @JsonValue
  @Override
  public String toString() {
    return closed()
        ? CLOSED_WORD
        : String.format(
            Locale.ROOT,
            "%02d:%02d-%02d:%02d",
            fromMinute / 60,
            fromMinute % 60,
            toMinute / 60,
            toMinute % 60);
  }
}
