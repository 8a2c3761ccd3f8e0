package dev.holdfast.simulation;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What only the simulation knows of a customer, at the instant up to which it has advanced.
 *
 * @param externalId as in the profile
 * @param joinedAt when they became a customer
 * @param leftAt the instant from which they are gone, or null if they are still there
 * @param cancelled true if they said so when they left
 * @param complaints how many complaints they have made
 * @param satisfaction the hidden state S; about 0 on average; when they left, if they did
 * @param hazardPerDay the true hazard of leaving at that state, per day, greater than 0
 */
public record Truth(
    String externalId,
    Instant joinedAt,
    @Nullable Instant leftAt,
    boolean cancelled,
    int complaints,
    double satisfaction,
    double hazardPerDay) {

  /** True if they left without a word: neither a complaint nor a cancellation. */
  public boolean leftSilently() {
    return leftAt != null && !cancelled && complaints == 0;
  }

  /**
   * Writes one line per customer after a line of column names, comma-separated. For a file of its
   * own that the product never reads.
   *
   * @throws IOException if {@code out} cannot be written to
   */
  public static void write(List<Truth> truths, Appendable out) throws IOException {
    out.append("external_id,joined_at,left_at,cancelled,complaints,satisfaction,hazard_per_day\n");
    for (Truth truth : truths) {
      out.append(truth.externalId)
          .append(',')
          .append(truth.joinedAt.toString())
          .append(',')
          .append(truth.leftAt == null ? "" : truth.leftAt.toString())
          .append(',')
          .append(Boolean.toString(truth.cancelled))
          .append(',')
          .append(Integer.toString(truth.complaints))
          .append(',')
          .append(Double.toString(truth.satisfaction))
          .append(',')
          .append(Double.toString(truth.hazardPerDay))
          .append('\n');
    }
  }
}
