package dev.holdfast.campaign;

import dev.holdfast.model.ChurnModel;
import java.util.List;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Tries campaigns on the stored history. Whoever reads histories implements it; this room says what
 * is tried and keeps the results.
 */
@FunctionalInterface
public interface HistoryReplay {

  /**
   * Whose histories are read.
   *
   * @param every one in so many customers
   * @param customers their ids; null for everybody
   * @param count how many there are, to tell how far it is
   */
  record Drawn(long every, @Nullable List<Long> customers, long count) {}

  /**
   * Tries a campaign; a few histories are in memory at a time.
   *
   * @param model that judges
   * @param share told after each customer how much is done, in [0, 1]; may stop it by an exception
   * @throws dev.holdfast.platform.Problem 409 if there is no history
   */
  ReplayResult of(
      ChurnModel model,
      CampaignRule rule,
      ReplaySettings settings,
      Drawn drawn,
      DoubleConsumer share);
}
