package dev.holdfast.activity;

import java.nio.ByteBuffer;

/** What the customer said of us: the last rating, and how the sentiment moved. */
final class Opinion {

  static final int BYTES = 5 * 4;

  private static final float NEWEST = 0.3f;

  /** Last rating from 1 to 5, 0 if there is none. */
  private float rating;

  private int n;
  private float average;
  private float sum;
  private float last;

  /**
   * Takes one statement.
   *
   * @param ratingGiven from 1 to 5, NaN if none was given
   * @param sentiment from -1 to 1, NaN if none is known; a rating then stands in for it
   */
  void add(double ratingGiven, double sentiment) {
    if (!Double.isNaN(ratingGiven)) {
      rating = (float) ratingGiven;
    }
    float said = (float) (Double.isNaN(sentiment) ? (ratingGiven - 3) / 2 : sentiment);
    if (!Float.isNaN(said)) {
      average = n == 0 ? said : (1 - NEWEST) * average + NEWEST * said;
      sum += said;
      last = said;
      n++;
    }
  }

  boolean rated() {
    return rating > 0;
  }

  /** From 1 to 5; 3 if there is none. */
  double lastRating() {
    return rated() ? rating : 3;
  }

  boolean known() {
    return n > 0;
  }

  /** Recent sentiment from -1 to 1; 0 if there is none. */
  double sentiment() {
    return average;
  }

  /** Recent sentiment less that of all time, from -2 to 2; 0 if there is none. */
  double drop() {
    return n == 0 ? 0 : average - sum / n;
  }

  /** Sentiment of the last statement from -1 to 1; 0 if there is none. */
  double last() {
    return last;
  }

  void write(ByteBuffer out) {
    out.putFloat(rating).putInt(n).putFloat(average).putFloat(sum).putFloat(last);
  }

  void read(ByteBuffer in) {
    rating = in.getFloat();
    n = in.getInt();
    average = in.getFloat();
    sum = in.getFloat();
    last = in.getFloat();
  }
}
