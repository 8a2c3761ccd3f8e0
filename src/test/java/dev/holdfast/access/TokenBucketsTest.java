package dev.holdfast.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TokenBucketsTest {

  private static final Instant NOW = Instant.parse("2026-03-02T08:00:00Z");

  private final TokenBuckets buckets = new TokenBuckets(2, 10);

  @Test
  void aBurstIsGrantedAndThenTheRate() {
    assertThat(buckets.take("crm", 10, NOW).granted()).isTrue();

    TokenBuckets.Taken refused = buckets.take("crm", 3, NOW);
    assertThat(refused.granted()).isFalse();
    assertThat(refused.left()).isZero();
    assertThat(refused.untilThen()).isEqualTo(Duration.ofMillis(1_500));

    assertThat(buckets.take("crm", 3, NOW.plusMillis(1_499)).granted()).isFalse();
    assertThat(buckets.take("crm", 3, NOW.plusMillis(1_500)).granted()).isTrue();
  }

  @Test
  void aRestFillsTheBucketAndNoMore() {
    buckets.take("crm", 10, NOW);

    assertThat(buckets.take("crm", 1, NOW.plus(Duration.ofDays(1))).left()).isEqualTo(9);
  }

  @Test
  void callersDoNotShareAndAClockSetBackGivesNothing() {
    buckets.take("crm", 10, NOW);

    assertThat(buckets.take("app", 10, NOW).granted()).isTrue();
    assertThat(buckets.take("crm", 1, NOW.minusSeconds(60)).granted()).isFalse();
  }

  @Test
  void whatIsGivenBackCanBeTakenAgainAndNoMoreThanFits() {
    buckets.take("crm", 10, NOW);
    buckets.giveBack("crm", 1);
    buckets.giveBack("nobody", 1);

    assertThat(buckets.take("crm", 1, NOW).granted()).isTrue();
    assertThat(buckets.take("crm", 1, NOW).granted()).isFalse();
    buckets.giveBack("crm", 20);
    assertThat(buckets.take("crm", 10, NOW).left()).isZero();
  }

  @Test
  void moreThanFitIsNeverThere() {
    TokenBuckets.Taken refused = buckets.take("crm", 11, NOW);

    assertThat(refused.granted()).isFalse();
    assertThat(refused.left()).isEqualTo(10);
  }

  @Test
  void aFloodOfCallersForgetsTheLongestIdle() {
    buckets.take("first", 10, NOW);
    for (int i = 0; i < TokenBuckets.MOST_CALLERS; i++) {
      buckets.take("caller-" + i, 1, NOW);
    }

    assertThat(buckets.take("first", 10, NOW).granted()).as("forgotten, so full").isTrue();
    assertThat(buckets.take("caller-9999", 10, NOW).granted()).as("remembered").isFalse();
  }
}
