package dev.holdfast.campaign;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of effects, and what a campaign could show. Implemented by who measures them. */
public interface ExpectedEffect {

  /**
   * What is known now of the newest run of a campaign; empty if nobody was assigned or there is no
   * such campaign. Reads the run: not within a transaction.
   */
  Optional<Evidence> of(long campaignId);

  /**
   * What a campaign would show that begins now.
   *
   * @param baseChurn churn expected of the hold-out, in (0, 1)
   * @param holdOutShare in (0, 1)
   * @param partiesPerDay assigned, of both arms, above 0
   */
  Power power(double baseChurn, double holdOutShare, double partiesPerDay);

  /**
   * How small an effect shows, in four of five such campaigns and with 5 percent false findings.
   *
   * @param worthKnowing the smallest effect worth knowing, in churn rate
   * @param parties of both arms needed to see it
   * @param by when their outcomes are known at this rate; null if not within ten years
   * @param detectable the smallest effect that the parties of the first 30 days show, in churn rate
   * @param detectableBy when the outcomes of these are known
   */
  record Power(
      double worthKnowing,
      int parties,
      @Nullable Instant by,
      double detectable,
      Instant detectableBy) {}
}
