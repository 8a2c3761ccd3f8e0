package dev.holdfast.desk;

import dev.holdfast.campaign.CallQueue;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Rounds;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/**
 * Wakes tasks and recovers leases between the claims, which would do so themselves: in the morning
 * thousands wake at once. Counts the calls that agents are known by.
 */
@ApplicationScoped
class DeskUpkeep {

  private static final Logger LOG = Logger.getLogger(DeskUpkeep.class);

  /** Transactions of one tick; the next goes on. */
  private static final int ROUNDS = 200;

  private final CallQueue queue;
  private final Claims claims;
  private final CallTallies tallies;
  private final Rounds rounds;
  private final BusinessClock clock;

  DeskUpkeep(
      CallQueue queue, Claims claims, CallTallies tallies, BusinessClock clock, Rounds rounds) {
    this.queue = queue;
    this.claims = claims;
    this.tallies = tallies;
    this.clock = clock;
    this.rounds = rounds;
  }

  @Scheduled(
      every = "{holdfast.call-upkeep.every:10s}",
      delayed = "10s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    rounds.round(LOG, "Waiting calls could not be woken", this::sweep);
    rounds.round(LOG, "The calls could not be counted", tallies::update);
  }

  /**
   * Wakes whose wait is over and recovers what was left in hand.
   *
   * @return how many tasks are ready again
   */
  int sweep() {
    int ready = 0;
    for (int round = 0; round < ROUNDS; round++) {
      int woken =
          QuarkusTransaction.requiringNew().call(() -> queue.wake(clock.now())) + claims.recover();
      if (woken == 0) {
        break;
      }
      ready += woken;
    }
    return ready;
  }
}
