package dev.holdfast.platform;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jboss.logging.Logger;

/**
 * Rounds of work that comes again by itself: none before the service has started or while it stops,
 * and one that fails is logged and left to the next. The stop waits for those that are at work, so
 * that the database is not taken from under them.
 */
@ApplicationScoped
public class Rounds {

  /** How long a stop waits for the rounds at work. */
  private static final Duration IN_HAND = Duration.ofSeconds(5);

  /** Held for reading by each round, for writing by nobody until the stop. */
  private final ReadWriteLock working = new ReentrantReadWriteLock();

  private volatile boolean on;

  void atStart(@Observes StartupEvent start) {
    on = true;
  }

  void atStop(@Observes ShutdownEvent stop) throws InterruptedException {
    on = false;
    if (working.writeLock().tryLock(IN_HAND.toMillis(), TimeUnit.MILLISECONDS)) {
      working.writeLock().unlock();
    }
  }

  /** False before the service has started and from the moment it stops: long work asks this. */
  public boolean on() {
    return on;
  }

  /**
   * Does a round.
   *
   * @param log told if it fails, unless the service stops, which makes rounds fail
   * @param couldNot a sentence for that case without its stop, such as {@code The feeds could not
   *     be watched}
   */
  public void round(Logger log, String couldNot, Runnable work) {
    working.readLock().lock();
    try {
      if (on) {
        work.run();
      }
    } catch (RuntimeException failure) {
      if (on) {
        log.warnf(failure, "%s; trying again in the next round", couldNot);
      }
    } finally {
      working.readLock().unlock();
    }
  }
}
