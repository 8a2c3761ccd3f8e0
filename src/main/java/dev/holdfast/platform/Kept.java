package dev.holdfast.platform;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What takes long to find out and need not be newest, by key. While it is fresh it is given as it
 * is; while it is usable too, but one look runs beside the answers and renews it; older or unknown,
 * one caller looks, and whoever comes meanwhile waits and shares what comes of it, its failure too.
 * So there is one look at a time for a key, however many ask.
 *
 * <p>A look beside the answers knows no caller: it must not go through what asks for roles.
 *
 * @param <K> what is asked for
 * @param <V> what is known of it
 */
public final class Kept<K, V> {

  private static final Logger LOG = Logger.getLogger(Kept.class);

  private final Ages ages;
  private final SystemClock clock;
  private final Executor beside;
  private final Function<K, V> look;
  private final Map<K, Known<V>> known = new HashMap<>();
  private final Map<K, CompletableFuture<V>> looking = new HashMap<>();

  /**
   * How long something is kept.
   *
   * @param quick a look that took less is not kept; zero keeps them all
   * @param fresh younger than that it is given as it is
   * @param usable from that age on it is forgotten; not less than {@code fresh}
   */
  public record Ages(Duration quick, Duration fresh, Duration usable) {

    public Ages {
      if (fresh.compareTo(usable) > 0) {
        throw new IllegalArgumentException(
            "fresh must be at most usable, were " + fresh + " and " + usable);
      }
    }
  }

  private record Known<V>(V value, Instant at) {

    boolean isYounger(Duration age, Instant now) {
      return at.plus(age).isAfter(now);
    }
  }

  /**
   * @param beside runs the looks that nobody waits for
   * @param look finds it out; what it throws goes to those who wait, or into the log
   */
  public Kept(Ages ages, SystemClock clock, Executor beside, Function<K, V> look) {
    this.ages = ages;
    this.clock = clock;
    this.beside = beside;
    this.look = look;
  }

  /** The same of one thing only, which needs no key. */
  public static <V> Supplier<V> single(
      Ages ages, SystemClock clock, Executor beside, Supplier<V> look) {
    Kept<String, V> kept = new Kept<>(ages, clock, beside, only -> look.get());
    return () -> kept.get("");
  }

  /** What is known, or becomes known now. */
  public V get(K key) {
    CompletableFuture<V> mine = new CompletableFuture<>();
    Known<V> last;
    CompletableFuture<V> theirs;
    synchronized (this) {
      Instant now = clock.now();
      last = usable(key, now);
      if (last != null && last.isYounger(ages.fresh(), now)) {
        return last.value();
      }
      theirs = looking.putIfAbsent(key, mine);
    }
    if (last != null) {
      if (theirs == null) {
        lookBeside(key, mine);
      }
      return last.value();
    }
    if (theirs != null) {
      return await(theirs);
    }
    look(key, mine);
    return await(mine);
  }

  private @Nullable Known<V> usable(K key, Instant now) {
    Known<V> last = known.get(key);
    return last != null && last.isYounger(ages.usable(), now) ? last : null;
  }

  private void lookBeside(K key, CompletableFuture<V> mine) {
    mine.whenComplete(
        (value, failure) -> {
          if (failure != null) {
            LOG.warnf(failure, "What is known of '%s' is not renewed: finding it out failed", key);
          }
        });
    try {
      beside.execute(() -> look(key, mine));
    } catch (RuntimeException refused) {
      failed(key, mine, refused);
    }
  }

  private void look(K key, CompletableFuture<V> mine) {
    try {
      Instant begun = clock.now();
      V value = look.apply(key);
      keep(key, value, begun);
      mine.complete(value);
    } catch (RuntimeException | Error failure) {
      failed(key, mine, failure);
    }
  }

  private synchronized void keep(K key, V value, Instant begun) {
    Instant now = clock.now();
    if (Duration.between(begun, now).compareTo(ages.quick()) < 0) {
      known.remove(key);
    } else {
      known.put(key, new Known<>(value, now));
    }
    known.values().removeIf(one -> !one.isYounger(ages.usable(), now));
    looking.remove(key);
  }

  private void failed(K key, CompletableFuture<V> mine, Throwable failure) {
    synchronized (this) {
      looking.remove(key);
    }
    mine.completeExceptionally(failure);
  }

  private static <V> V await(CompletableFuture<V> looked) {
    try {
      return looked.join();
    } catch (CompletionException failure) {
      if (failure.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (failure.getCause() instanceof Error cause) {
        throw cause;
      }
      throw failure;
    }
  }
}
