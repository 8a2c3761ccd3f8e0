package dev.holdfast.platform;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** See {@link Retried}. It stands around the transaction, so each try has a new one. */
@Retried
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 100)
class RetriedInterceptor {

  private static final int TRIES = 5;

  private static final long SHORTEST_PAUSE_NANOS = Duration.ofMillis(20).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofMillis(200).toNanos();

  @AroundInvoke
  @Nullable Object retried(InvocationContext call) throws Exception {
    for (int tries = 1; ; tries++) {
      try {
        return call.proceed();
      } catch (Exception failure) {
        if (tries == TRIES || !Failures.isConflict(failure) || QuarkusTransaction.isActive()) {
          throw failure;
        }
        // At random, so that the same two do not meet again.
        LockSupport.parkNanos(
            ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE_NANOS, LONGEST_PAUSE_NANOS));
      }
    }
  }
}
