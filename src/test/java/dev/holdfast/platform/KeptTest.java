package dev.holdfast.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.platform.Kept.Ages;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class KeptTest {

  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
  private static final Ages AGES =
      new Ages(Duration.ZERO, Duration.ofMinutes(1), Duration.ofMinutes(10));

  private volatile Instant now = START;
  private final AtomicInteger looks = new AtomicInteger();
  private final Queue<Runnable> beside = new ArrayDeque<>();

  @Test
  void aFreshOneIsGivenAsItIs() {
    Kept<String, Integer> kept = kept(key -> looks.incrementAndGet());
    assertThat(kept.get("a")).isEqualTo(1);
    now = START.plusSeconds(59);

    assertThat(kept.get("a")).isEqualTo(1);
    assertThat(beside).isEmpty();
    assertThat(kept.get("b")).as("each key for itself").isEqualTo(2);
  }

  @Test
  void aUsableOneIsGivenWhileOneLookRenewsIt() {
    Kept<String, Integer> kept = kept(key -> looks.incrementAndGet());
    kept.get("a");
    now = START.plusSeconds(60);

    assertThat(kept.get("a")).isEqualTo(1);
    assertThat(kept.get("a")).isEqualTo(1);
    assertThat(beside).hasSize(1);
    beside.remove().run();
    assertThat(kept.get("a")).isEqualTo(2);
    assertThat(beside).isEmpty();
  }

  @Test
  void anOldOneIsFoundOutBeforeTheAnswer() {
    Kept<String, Integer> kept = kept(key -> looks.incrementAndGet());
    kept.get("a");
    now = START.plus(Duration.ofMinutes(10));

    assertThat(kept.get("a")).isEqualTo(2);
    assertThat(beside).isEmpty();
  }

  @Test
  void aLookThatWasQuickIsNotKept() {
    Duration quick = Duration.ofSeconds(1);
    Duration[] takes = {quick};
    Kept<String, Integer> kept =
        new Kept<>(
            new Ages(quick, AGES.fresh(), AGES.usable()),
            () -> now,
            beside::add,
            key -> {
              now = now.plus(takes[0]);
              return looks.incrementAndGet();
            });
    kept.get("a");
    assertThat(kept.get("a")).as("slow, so kept").isEqualTo(1);
    now = now.plusSeconds(60);
    takes[0] = quick.minusMillis(1);
    kept.get("a");
    beside.remove().run();

    assertThat(kept.get("a")).isEqualTo(3);
    assertThat(kept.get("a")).isEqualTo(4);
  }

  @Test
  void aLookBesideTheAnswersThatFailsTakesNothingAway() {
    Kept<String, Integer> kept =
        kept(
            key -> {
              if (looks.incrementAndGet() == 2) {
                throw new IllegalStateException("away");
              }
              return looks.get();
            });
    kept.get("a");
    now = START.plusSeconds(60);
    kept.get("a");
    beside.remove().run();

    assertThat(kept.get("a")).isEqualTo(1);
    beside.remove().run();
    assertThat(kept.get("a")).isEqualTo(3);
  }

  @Test
  void whoeverComesWhileNobodyCanLookBesideGetsWhatIsKnown() {
    Kept<String, Integer> kept =
        new Kept<>(
            AGES,
            () -> now,
            task -> {
              throw new RejectedExecutionException("full");
            },
            key -> looks.incrementAndGet());
    kept.get("a");
    now = START.plusSeconds(60);

    assertThat(kept.get("a")).isEqualTo(1);
    now = START.plus(Duration.ofMinutes(10));
    assertThat(kept.get("a")).isEqualTo(2);
  }

  @Test
  void whoeverMustWaitSharesTheLookAndItsFailure() {
    CountDownLatch end = new CountDownLatch(1);
    Kept<String, Integer> kept =
        kept(
            key -> {
              if (looks.incrementAndGet() > 1) {
                return looks.get();
              }
              waitFor(end);
              throw new IllegalStateException("away");
            });
    Thread[] waiting = new Thread[1];
    CompletableFuture<Integer> one = CompletableFuture.supplyAsync(() -> kept.get("a"));
    await().until(() -> looks.get() == 1);
    CompletableFuture<Integer> other =
        CompletableFuture.supplyAsync(
            () -> {
              waiting[0] = Thread.currentThread();
              return kept.get("a");
            });
    await().until(() -> waiting[0] != null && waiting[0].getState() == Thread.State.WAITING);
    end.countDown();

    for (CompletableFuture<Integer> each : List.of(one, other)) {
      assertThatThrownBy(each::join).hasRootCauseMessage("away");
    }
    assertThat(looks).hasValue(1);
    assertThat(kept.get("a")).isEqualTo(2);
  }

  @Test
  void whatNobodyAsksForAnyMoreIsForgotten() {
    Object[] held = {new Object()};
    var reference = new WeakReference<>(held[0]);
    Kept<String, Object> kept =
        new Kept<>(AGES, () -> now, beside::add, key -> key.equals("a") ? held[0] : "another");
    kept.get("a");
    held[0] = "";
    now = START.plus(Duration.ofMinutes(10));
    kept.get("b");

    await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(reference.get()).isNull();
            });
  }

  private <V> Kept<String, V> kept(Function<String, V> look) {
    return new Kept<>(AGES, () -> now, beside::add, look);
  }

  private static void waitFor(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
