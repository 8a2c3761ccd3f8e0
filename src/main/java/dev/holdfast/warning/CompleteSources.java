package dev.holdfast.warning;

import java.time.Instant;
import java.util.Map;

/**
 * How far the sources are complete and applied. Implemented by the room above that applies events.
 */
public interface CompleteSources {

  /**
   * Up to where everything that a source had to report is stored, by source id; a source of which
   * that is not known is absent.
   *
   * @param now the business instant, beyond which nothing is known
   */
  Map<Integer, Instant> through(Instant now);
}
