package dev.holdfast.access;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A bucket of tokens for each caller: full at first, refilled evenly, at most {@code burst} in it.
 * Bounded: beyond {@value #MOST_CALLERS} callers the one that was idle longest is forgotten, which
 * gives it a full bucket.
 */
final class TokenBuckets {

  /** Callers that are told apart. */
  static final int MOST_CALLERS = 10_000;

  private final double perSecond;
  private final double burst;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > MOST_CALLERS;
        }
      };

  private static final class Bucket {
    double tokens;
    Instant at;

    Bucket(double tokens, Instant at) {
      this.tokens = tokens;
      this.at = at;
    }
  }

  /**
   * What became of a request.
   *
   * @param granted whether the tokens were taken
   * @param left whole tokens in the bucket now
   * @param untilThen until the bucket holds what was asked for, if it was refused; else until it is
   *     full
   */
  record Taken(boolean granted, long left, Duration untilThen) {}

  /**
   * Buckets of one size.
   *
   * @param perSecond tokens that flow in, above 0
   * @param burst tokens that fit, at least 1
   */
  TokenBuckets(double perSecond, double burst) {
    this.perSecond = perSecond;
    this.burst = burst;
  }

  /** Gives back tokens that were taken, as many as fit. */
  synchronized void giveBack(String caller, int tokens) {
    Bucket bucket = buckets.get(caller);
    if (bucket != null) {
      bucket.tokens = Math.min(burst, bucket.tokens + tokens);
    }
  }

  /** Takes {@code tokens}, or none if there are not as many. More than fit are never there. */
  synchronized Taken take(String caller, int tokens, Instant now) {
    Bucket bucket = buckets.computeIfAbsent(caller, unknown -> new Bucket(burst, now));
    if (now.isAfter(bucket.at)) {
      double seconds = Duration.between(bucket.at, now).toNanos() / 1e9;
      bucket.tokens = Math.min(burst, bucket.tokens + seconds * perSecond);
      bucket.at = now;
    }
    boolean granted = bucket.tokens >= tokens;
    if (granted) {
      bucket.tokens -= tokens;
    }
    double missing = (granted ? burst : Math.min(burst, tokens)) - bucket.tokens;
    return new Taken(
        granted, (long) bucket.tokens, Duration.ofNanos((long) (missing / perSecond * 1e9)));
  }
}
