package dev.holdfast.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoundsTest {

  private static final Logger LOG = Logger.getLogger(RoundsTest.class);

  private final Rounds rounds = new Rounds();
  private final List<String> done = new ArrayList<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(2);

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  @Test
  void noneBeforeTheStartAndAfterTheStop() throws InterruptedException {
    round("before");
    rounds.atStart(new StartupEvent());
    round("while");
    rounds.atStop(new ShutdownEvent());
    round("after");

    assertThat(done).containsExactly("while");
  }

  @Test
  void theStopWaitsForTheRoundAtWork() throws Exception {
    rounds.atStart(new StartupEvent());
    CountDownLatch atWork = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    Future<?> round =
        threads.submit(
            () ->
                rounds.round(
                    LOG,
                    "It could not be done",
                    () -> {
                      atWork.countDown();
                      await(asked);
                      // A round within a round ends with it and never stands in its way.
                      round("inner");
                      done.add("round");
                    }));
    await(atWork);
    Future<?> stop =
        threads.submit(
            () -> {
              rounds.atStop(new ShutdownEvent());
              done.add("stop");
              return null;
            });
    while (rounds.on()) {
      Thread.onSpinWait();
    }
    asked.countDown();
    round.get(10, TimeUnit.SECONDS);
    stop.get(10, TimeUnit.SECONDS);

    assertThat(done).containsExactly("round", "stop");
  }

  @Test
  void oneThatFailsIsLeftToTheNext() {
    rounds.atStart(new StartupEvent());
    rounds.round(
        LOG,
        "It could not be done",
        () -> {
          throw new IllegalStateException("the first fails");
        });
    round("next");

    assertThat(done).containsExactly("next");
  }

  private void round(String name) {
    rounds.round(LOG, "It could not be done", () -> done.add(name));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException cut) {
      throw new IllegalStateException(cut);
    }
  }
}
