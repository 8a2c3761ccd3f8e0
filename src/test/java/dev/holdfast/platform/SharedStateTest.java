package dev.holdfast.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SharedStateTest {

  @Inject Leases leases;
  @Inject Settings settings;
  @Inject BusinessClock clock;
  @Inject BusinessClocks clocks;
  @Inject SystemClock system;

  @Test
  void aLeaseHasOneOwnerUntilItEndsAndThenALargerToken() {
    String job = "job-" + UUID.randomUUID();

    Lease first = leases.tryAcquire(job, Duration.ofMillis(300)).orElseThrow();
    assertThat(leases.tryAcquire(job, Duration.ofMinutes(1))).isEmpty();
    Lease second =
        Awaitility.await()
            .atMost(Duration.ofSeconds(5))
            .until(() -> leases.tryAcquire(job, Duration.ofMinutes(1)), Optional::isPresent)
            .orElseThrow();

    assertThat(second.token()).isGreaterThan(first.token());
    leases.release(second);
    assertThat(leases.tryAcquire(job, Duration.ofMinutes(1))).isPresent();
  }

  @Test
  void whoWorksUnderALeaseGivesItBackWhateverBecomesOfTheWork() {
    String job = "job-" + UUID.randomUUID();
    Duration length = Duration.ofMinutes(1);

    assertThat(leases.holding(job, length, () -> leases.holding(job, length, () -> "both")))
        .as("the work is done, and what wants the same lease meanwhile is not")
        .contains(Optional.empty());
    assertThatThrownBy(
            () ->
                leases.holding(
                    job,
                    length,
                    () -> {
                      throw new IllegalStateException("the work failed");
                    }))
        .hasMessage("the work failed");
    assertThat(leases.holding(job, length, () -> "next")).contains("next");
  }

  @Test
  void aSettingKeepsItsLastValue() {
    String name = "setting-" + UUID.randomUUID();

    assertThat(settings.get(name)).isEmpty();
    settings.put(name, "a", "test");
    settings.put(name, "b", "test");

    assertThat(settings.get(name)).contains("b");
  }

  @Test
  void theBusinessClockIsStored() {
    Instant instant = Instant.parse("2011-12-10T00:00:00Z");
    try {
      clocks.fix(instant);
      assertThat(clock.now()).isEqualTo(instant);

      clocks.accelerate(instant, 1000);
      assertThat(clock.now()).isBetween(instant, instant.plus(Duration.ofHours(3)));
      Instant later = clock.at(system.now().plusSeconds(60));
      assertThat(later).isAfterOrEqualTo(instant.plusSeconds(60_000));
    } finally {
      clocks.real();
    }
    assertThat(Duration.between(clock.now(), system.now()).abs()).isLessThan(Duration.ofMinutes(1));
  }
}
