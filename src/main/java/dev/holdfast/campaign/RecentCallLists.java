package dev.holdfast.campaign;

import dev.holdfast.campaign.CallLists.CallList;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SystemClock;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.context.ManagedExecutor;
import org.jboss.logging.Logger;

/**
 * Call lists for those who look at them again and again. A list that took long to compose is kept
 * and shown again; what has been called, cancelled or forbidden since is left out of it, so that
 * nobody stands on it who may not be called now. New calls and ranks come with the next one: it is
 * composed beside the answer once the kept one is a minute old, and before the answer once it is
 * ten.
 */
@ApplicationScoped
public class RecentCallLists {

  private static final Logger LOG = Logger.getLogger(RecentCallLists.class);

  /** A list composed faster than that is composed each time. */
  private static final Duration QUICK = Duration.ofMillis(150);

  private static final Duration FRESH = Duration.ofMinutes(1);
  private static final Duration USABLE = Duration.ofMinutes(10);

  private final CallLists lists;
  private final SystemClock clock;
  private final ManagedExecutor executor;
  private final Map<Long, Kept> kept = new ConcurrentHashMap<>();
  private final Set<Long> composing = ConcurrentHashMap.newKeySet();

  private record Kept(CallList list, Instant at) {

    boolean isYounger(Duration age, Instant now) {
      return at.plus(age).isAfter(now);
    }
  }

  RecentCallLists(CallLists lists, SystemClock clock, ManagedExecutor executor) {
    this.lists = lists;
    this.clock = clock;
    this.executor = executor;
  }

  /**
   * Today's list, at most ten minutes old as its {@code asOf} tells.
   *
   * @throws Problem 404 if there is no such campaign
   */
  public CallList of(long campaignId) {
    return of(campaignId, QUICK);
  }

  CallList of(long campaignId, Duration quick) {
    Instant now = clock.now();
    Kept last = kept.get(campaignId);
    if (last == null || !last.isYounger(USABLE, now)) {
      return compose(campaignId, quick);
    }
    if (!last.isYounger(FRESH, now) && composing.add(campaignId)) {
      executor.execute(
          () -> {
            try {
              compose(campaignId, quick);
            } catch (RuntimeException failure) {
              LOG.warnf(failure, "The call list of campaign %d cannot be composed", campaignId);
            } finally {
              composing.remove(campaignId);
            }
          });
    }
    return lists.without(last.list());
  }

  private CallList compose(long campaignId, Duration quick) {
    Instant begun = clock.now();
    CallList list = lists.today(campaignId);
    Instant done = clock.now();
    if (Duration.between(begun, done).compareTo(quick) < 0) {
      kept.remove(campaignId);
    } else {
      kept.put(campaignId, new Kept(list, done));
    }
    return list;
  }
}
