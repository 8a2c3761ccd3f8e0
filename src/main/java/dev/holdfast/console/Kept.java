package dev.holdfast.console;

import dev.holdfast.platform.SystemClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that takes long to find out and need not be newest. Once it is older than {@code
 * fresh}, one caller finds it out again. Those who come meanwhile get what was known, or, if that
 * is older than twice {@code fresh}, wait for the one who looks and get what it gets, its failure
 * too: a look that hangs is not begun by each of them in turn.
 */
final class Kept<T> {

  private final Duration fresh;
  private final SystemClock clock;
  private final Supplier<T> look;
  private @Nullable Known<T> last;
  private @Nullable CompletableFuture<T> looking;

  private record Known<T>(T value, Instant at) {

    boolean within(Duration age, Instant now) {
      return at.plus(age).isAfter(now);
    }
  }

  Kept(Duration fresh, SystemClock clock, Supplier<T> look) {
    this.fresh = fresh;
    this.clock = clock;
    this.look = look;
  }

  T get() {
    CompletableFuture<T> mine = new CompletableFuture<>();
    CompletableFuture<T> theirs;
    synchronized (this) {
      Known<T> known = last;
      Instant now = clock.now();
      theirs = looking;
      Duration enough = theirs == null ? fresh : fresh.multipliedBy(2);
      if (known != null && known.within(enough, now)) {
        return known.value();
      }
      if (theirs == null) {
        looking = mine;
      }
    }
    return theirs == null ? look(mine) : await(theirs);
  }

  private T look(CompletableFuture<T> mine) {
    try {
      T value = look.get();
      synchronized (this) {
        last = new Known<>(value, clock.now());
        looking = null;
      }
      mine.complete(value);
      return value;
    } catch (RuntimeException | Error failure) {
      synchronized (this) {
        looking = null;
      }
      mine.completeExceptionally(failure);
      throw failure;
    }
  }

  private T await(CompletableFuture<T> theirs) {
    try {
      return theirs.join();
    } catch (CompletionException failure) {
      throw failure.getCause() instanceof RuntimeException cause ? cause : failure;
    }
  }
}
