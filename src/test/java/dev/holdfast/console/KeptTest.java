package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeptTest {

  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

  private volatile Instant now = START;
  private final AtomicInteger looks = new AtomicInteger();

  @Test
  void itIsLookedUpAgainOnceItIsTooOld() {
    Kept<Integer> kept = new Kept<>(Duration.ofMinutes(1), () -> now, looks::incrementAndGet);
    assertThat(kept.get()).isEqualTo(1);
    now = START.plusSeconds(59);
    assertThat(kept.get()).isEqualTo(1);
    now = START.plusSeconds(60);
    assertThat(kept.get()).isEqualTo(2);
    assertThat(kept.get()).isEqualTo(2);
  }

  @Test
  void whoeverComesDuringALookGetsWhatWasKnown() {
    CountDownLatch end = new CountDownLatch(1);
    Kept<Integer> kept =
        new Kept<>(
            Duration.ofMinutes(1),
            () -> now,
            () -> {
              int look = looks.incrementAndGet();
              if (look > 1) {
                waitFor(end);
              }
              return look;
            });
    kept.get();
    now = START.plusSeconds(90);
    CompletableFuture<Integer> one = CompletableFuture.supplyAsync(kept::get);
    await().until(() -> looks.get() == 2);

    assertThat(kept.get()).isEqualTo(1);
    end.countDown();
    assertThat(one.join()).isEqualTo(2);
    assertThat(kept.get()).isEqualTo(2);
  }

  @Test
  void whoeverMustWaitSharesTheLookAndItsFailure() {
    CountDownLatch end = new CountDownLatch(1);
    Kept<Integer> kept =
        new Kept<>(
            Duration.ofMinutes(1),
            () -> now,
            () -> {
              if (looks.incrementAndGet() > 1) {
                return looks.get();
              }
              waitFor(end);
              throw new IllegalStateException("away");
            });
    Thread[] waiting = new Thread[1];
    CompletableFuture<Integer> one = CompletableFuture.supplyAsync(kept::get);
    await().until(() -> looks.get() == 1);
    CompletableFuture<Integer> other =
        CompletableFuture.supplyAsync(
            () -> {
              waiting[0] = Thread.currentThread();
              return kept.get();
            });
    await().until(() -> waiting[0] != null && waiting[0].getState() == Thread.State.WAITING);
    end.countDown();

    for (CompletableFuture<Integer> each : List.of(one, other)) {
      assertThatThrownBy(each::join).hasRootCauseMessage("away");
    }
    assertThat(looks).hasValue(1);
    assertThat(kept.get()).isEqualTo(2);
  }

  private static void waitFor(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
