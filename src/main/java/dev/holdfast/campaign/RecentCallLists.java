package dev.holdfast.campaign;

import dev.holdfast.campaign.CallLists.CallList;
import dev.holdfast.platform.Kept;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SystemClock;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.context.ManagedExecutor;

/**
 * Call lists for those who look at them again and again. A list that took long to compose is kept
 * and shown again; what has been called, cancelled or forbidden since is left out of it, so that
 * nobody stands on it who may not be called now. New calls and ranks come with the next one: it is
 * composed beside the answer once the kept one is a minute old, and before the answer, once for all
 * who wait, when it is ten.
 */
@ApplicationScoped
public class RecentCallLists {

  /** A list composed faster than that is composed each time. */
  private static final Duration QUICK = Duration.ofMillis(150);

  private static final Duration FRESH = Duration.ofMinutes(1);
  private static final Duration USABLE = Duration.ofMinutes(10);

  private final CallLists lists;
  private final Kept<Long, CallList> kept;

  @Inject
  RecentCallLists(CallLists lists, SystemClock clock, ManagedExecutor executor) {
    this(lists, clock, executor, QUICK);
  }

  RecentCallLists(CallLists lists, SystemClock clock, ManagedExecutor executor, Duration quick) {
    this.lists = lists;
    this.kept = new Kept<>(new Kept.Ages(quick, FRESH, USABLE), clock, executor, lists::today);
  }

  /**
   * Today's list, at most ten minutes old as its {@code asOf} tells.
   *
   * @throws Problem 404 if there is no such campaign
   */
  public CallList of(long campaignId) {
    return lists.without(kept.get(campaignId));
  }
}
