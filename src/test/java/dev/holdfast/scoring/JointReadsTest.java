package dev.holdfast.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class JointReadsTest {

  private static final int CALLERS = 40;

  private final ExecutorService readers = Executors.newCachedThreadPool();

  @AfterEach
  void end() {
    readers.shutdownNow();
  }

  @Test
  @Timeout(30)
  void whoComesDuringAReadSharesTheNext() throws Exception {
    CountDownLatch firstIsReading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger reads = new AtomicInteger();
    JointReads<Integer, Integer> squares =
        new JointReads<>(
            keys -> {
              if (reads.incrementAndGet() == 1) {
                firstIsReading.countDown();
                await(goOn);
              }
              return squared(keys);
            },
            readers,
            16,
            1);
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    try {
      List<Future<Integer>> answers = new ArrayList<>();
      answers.add(threads.submit(() -> join(squares.ask(0, Function.identity()))));
      await(firstIsReading);
      AtomicInteger asking = new AtomicInteger();
      for (int i = 1; i < CALLERS; i++) {
        int key = i;
        answers.add(
            threads.submit(
                () -> {
                  asking.incrementAndGet();
                  return join(squares.ask(key, Function.identity()));
                }));
      }
      while (asking.get() < CALLERS - 1) {
        Thread.onSpinWait();
      }
      goOn.countDown();
      for (int i = 0; i < CALLERS; i++) {
        assertThat(answers.get(i).get()).isEqualTo(i * i);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(reads.get()).as("round trips of %d questions", CALLERS).isBetween(3, CALLERS);
  }

  @Test
  @Timeout(30)
  void manyCallersAllGetTheirOwn() throws Exception {
    JointReads<Integer, Integer> squares = new JointReads<>(JointReadsTest::squared, readers, 4, 2);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        int offset = thread * 1_000;
        running.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 2_000; i++) {
                    int key = offset + i;
                    assertThat(join(squares.ask(key, Function.identity()))).isEqualTo(key * key);
                  }
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aFailureIsTheCallersAndTheNextReadIsNotHurt() {
    AtomicInteger reads = new AtomicInteger();
    JointReads<Integer, Integer> squares =
        new JointReads<>(
            keys -> {
              if (reads.incrementAndGet() == 1) {
                throw new IllegalStateException("the database is away");
              }
              return squared(keys);
            },
            readers,
            16,
            1);

    assertThatThrownBy(() -> join(squares.ask(3, Function.identity())))
        .hasRootCauseMessage("the database is away");
    assertThat(join(squares.ask(3, Function.identity()))).isEqualTo(9);
    assertThat(join(squares.ask(-1, Function.identity()))).as("nothing is found of it").isNull();
  }

  @Test
  void whatIsMadeOfAnAnswerIsMadeByTheReaderAndItsFailureIsOnesOwn() {
    JointReads<Integer, Integer> squares = new JointReads<>(JointReadsTest::squared, readers, 4, 1);

    Thread maker = join(squares.ask(2, found -> Thread.currentThread()));
    assertThat(maker).isNotSameAs(Thread.currentThread());
    assertThatThrownBy(
            () ->
                join(
                    squares.ask(
                        2,
                        found -> {
                          throw new IllegalStateException("of " + found);
                        })))
        .hasRootCauseMessage("of 4");
    assertThat(join(squares.ask(3, Function.identity()))).isEqualTo(9);
  }

  @Test
  void whoCannotBeReadForIsTold() {
    readers.shutdown();
    JointReads<Integer, Integer> squares = new JointReads<>(JointReadsTest::squared, readers, 4, 2);

    assertThatThrownBy(() -> join(squares.ask(3, Function.identity())))
        .hasRootCauseInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> join(squares.ask(4, Function.identity())))
        .as("the next is not left waiting either")
        .hasRootCauseInstanceOf(RejectedExecutionException.class);
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private static Map<Integer, Integer> squared(Collection<Integer> keys) {
    Map<Integer, Integer> squares = new HashMap<>();
    keys.stream().filter(key -> key >= 0).forEach(key -> squares.put(key, key * key));
    return squares;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
