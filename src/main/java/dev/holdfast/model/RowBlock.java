package dev.holdfast.model;

/** Rows of a schema, one after another in one array. */
final class RowBlock {

  private RowBlock() {}

  /**
   * Refuses arrays that are too short.
   *
   * @throws IllegalArgumentException if there are fewer rows, or places for margins, than that
   */
  static void requireRoom(float[] rows, int columns, int count, double[] margins) {
    if (count < 0 || (long) count * columns > rows.length || count > margins.length) {
      throw new IllegalArgumentException(
          count
              + " rows of "
              + columns
              + " columns do not fit "
              + rows.length
              + " values and "
              + margins.length
              + " margins");
    }
  }
}
