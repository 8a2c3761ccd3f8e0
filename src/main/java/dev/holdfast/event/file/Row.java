package dev.holdfast.event.file;

import org.jspecify.annotations.Nullable;

/**
 * One row of a file.
 *
 * @param line number of its first line, from 1
 * @param raw its text without the final line end
 * @param values by column number; empty if it cannot be read
 * @param problem why it cannot be read, null if it can
 */
@SuppressWarnings("ArrayRecordComponent") // Rows are read once and never compared.
public record Row(long line, String raw, String[] values, @Nullable String problem) {

  private static final String[] NO_VALUES = {};

  static Row bad(long line, String raw, String problem) {
    return new Row(line, raw, NO_VALUES, problem);
  }

  /** The value in a column, blanks at its ends removed; empty if there is none. */
  public String value(int column) {
    return values[column].strip();
  }
}
