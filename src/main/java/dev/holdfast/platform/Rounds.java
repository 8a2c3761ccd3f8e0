package dev.holdfast.platform;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/**
 * Rounds of work that comes again by itself: none before the service has started or while it stops,
 * and one that fails is logged and left to the next.
 */
@ApplicationScoped
public class Rounds {

  private volatile boolean on;

  void atStart(@Observes StartupEvent start) {
    on = true;
  }

  void atStop(@Observes ShutdownEvent stop) {
    on = false;
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
    if (!on) {
      return;
    }
    try {
      work.run();
    } catch (RuntimeException failure) {
      if (on) {
        log.warnf(failure, "%s; trying again in the next round", couldNot);
      }
    }
  }
}
