package dev.holdfast.simulation;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What only the simulation knows of a customer, at the instant up to which it has advanced; the
 * quantities other than {@code leftAt} and {@code cancelled} as of the end of that local day.
 *
 * @param externalId as in the profile
 * @param joinedAt when they became a customer
 * @param leftAt the instant from which they are gone, or null if they are still there
 * @param cancelled true if they said so when they left
 * @param complaints how many complaints they have made
 * @param satisfaction the hidden state S; about 0 on average; when they left, if they did
 * @param hazardPerDay the true hazard of leaving at that state, per day; 0 while suspended
 * @param lastUseAt their last use or purchase of their own accord, or null if there was none
 * @param callEffect what a call that reaches them adds to the logarithm of the hazard on its first
 *     day: negative keeps them, positive drives them away, 0 does nothing
 * @param calls how many retention calls were made to them
 * @param reached how many of these reached them
 * @param outages how many outages have hit them or are hitting them
 */
public record Truth(
    String externalId,
    Instant joinedAt,
    @Nullable Instant leftAt,
    boolean cancelled,
    int complaints,
    double satisfaction,
    double hazardPerDay,
    @Nullable Instant lastUseAt,
    double callEffect,
    int calls,
    int reached,
    int outages) {

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
    out.append(
        "external_id,joined_at,left_at,cancelled,complaints,satisfaction,hazard_per_day,"
            + "last_use_at,call_effect,calls,reached,outages\n");
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
          .append(',')
          .append(truth.lastUseAt == null ? "" : truth.lastUseAt.toString())
          .append(',')
          .append(Double.toString(truth.callEffect))
          .append(',')
          .append(Integer.toString(truth.calls))
          .append(',')
          .append(Integer.toString(truth.reached))
          .append(',')
          .append(Integer.toString(truth.outages))
          .append('\n');
    }
  }
}
