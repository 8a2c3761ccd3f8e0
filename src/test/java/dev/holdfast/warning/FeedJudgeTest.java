package dev.holdfast.warning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Source;
import dev.holdfast.event.SourceTallies;
import dev.holdfast.event.Watermark;
import dev.holdfast.warning.FeedJudge.Finding;
import dev.holdfast.warning.FeedJudge.Gap;
import dev.holdfast.warning.FeedJudge.Judgement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules by which a feed is called silent, thin or shifted, on hours whose truth is known. */
class FeedJudgeTest {

  private static final Instant NOW = Instant.parse("2026-03-30T12:00:00Z");
  private static final long HOUR = SourceTallies.hourOf(NOW);
  private static final int WEEKS = 16;
  private static final FeedsConfig CONFIG = new Defaults();

  private record Defaults() implements FeedsConfig {
    @Override
    public String every() {
      return "off";
    }

    @Override
    public Duration countEvery() {
      return Duration.ZERO;
    }

    @Override
    public double falseAlarmsAYear() {
      return 2;
    }

    @Override
    public double leastDrop() {
      return 0.3;
    }

    @Override
    public int leastMissing() {
      return 20;
    }

    @Override
    public double shift() {
      return 0.1;
    }

    @Override
    public Duration holdAtMost() {
      return Duration.ofDays(3);
    }
  }

  @Test
  void aFeedThatLosesHalfItsEventsIsThinWithinAnEveningAndNotBefore() {
    List<FeedHour> hours = hours(1, hour -> hour >= HOUR - 10 ? 0.5 : 1);

    assertThat(thin(hours, NOW).raised()).isTrue();
    assertThat(thin(hours, NOW).since()).isAfter(NOW.minus(Duration.ofHours(11)));
    assertThat(thin(hours, NOW.minus(Duration.ofHours(11))).raised()).isFalse();
  }

  @Test
  void itIsNoLongerThinOnceTheHoursAreFilled() {
    List<FeedHour> filled = hours(1, hour -> 1);

    assertThat(thin(filled, NOW).clear()).isTrue();
  }

  @Test
  void nightsAndSundaysAreComparedWithNightsAndSundays() {
    Instant night = NOW.minus(Duration.ofHours(9));
    Instant sunday = NOW.minus(Duration.ofHours(24));

    assertThat(thin(hours(3, hour -> 1), night).raised()).isFalse();
    assertThat(thin(hours(3, hour -> 1), sunday).raised()).isFalse();
  }

  @Test
  void aQuietFeedIsRarelyCalledThin() {
    // Ten feeds watched for half a year each, under a budget of two false alarms a year for all.
    int rings = 0;
    for (int feed = 0; feed < 10; feed++) {
      SegmentSeries series =
          new SegmentSeries(
              new BellSettings(FeedPast.HOURS_A_WEEK, CusumLimit.of(10, 52 * 168, 2), 0.3, 20));
      Random random = new Random(feed);
      for (int hour = 0; hour < 38 * 168; hour++) {
        int came = (int) count(random, rhythm(hour), 1) + 1;
        rings +=
            series.look(hour, 1_000_000_000, came, true, null).verdict() == Look.Verdict.RINGS
                ? 1
                : 0;
      }
    }
    System.out.printf(
        "10 quiet feeds, 28 judged weeks each: %d false alarms (budget 1.1)%n", rings);
    assertThat(rings).isLessThanOrEqualTo(3);
  }

  @Test
  void aJumpOfRefusedMessagesIsAShiftAndOverOnlyBelowHalfOfIt() {
    assertThat(shifted(0.01).raised()).isFalse();
    assertThat(shifted(0.01).clear()).isTrue();
    assertThat(shifted(0.08).raised()).isFalse();
    assertThat(shifted(0.08).clear()).as("between the two, what was stays").isFalse();
    assertThat(shifted(0.3).raised()).isTrue();
    assertThat(shifted(0.3).words()).contains("30 %", "refused");
  }

  @Test
  void silenceIsRaisedPastTheCadenceAndOverWellWithinIt() {
    assertThat(silent(Duration.ofMinutes(361), null, List.of()).raised()).isTrue();
    Finding edge = silent(Duration.ofMinutes(300), null, List.of());
    assertThat(edge.raised()).isFalse();
    assertThat(edge.clear()).isFalse();
    assertThat(silent(Duration.ofMinutes(200), null, List.of()).clear()).isTrue();
  }

  @Test
  void aGapIsOverOnceItsHoursAreFilledAndNothingMoreComes() {
    Instant since = NOW.minus(Duration.ofHours(50));
    Instant end = NOW.minus(Duration.ofHours(2));
    long first = SourceTallies.hourOf(since) + 1;
    List<FeedHour> empty = hours(1, hour -> hour >= first && hour < HOUR - 2 ? 0 : 1);
    List<FeedHour> half = hours(1, hour -> hour >= first && hour < HOUR - 2 ? 0.6 : 1);
    List<FeedHour> full = hours(1, hour -> 1);
    Gap old = new Gap(since, end, end);
    Gap fresh = new Gap(since, end, NOW.minus(Duration.ofMinutes(10)));

    assertThat(silent(Duration.ZERO, old, empty).clear()).isFalse();
    assertThat(silent(Duration.ZERO, old, half).clear()).isFalse();
    assertThat(silent(Duration.ZERO, old, half).words()).contains("usual");
    assertThat(silent(Duration.ZERO, fresh, full).clear()).isFalse();
    assertThat(silent(Duration.ZERO, old, full).clear()).isTrue();
  }

  private static Finding thin(List<FeedHour> hours, Instant now) {
    long last = SourceTallies.hourOf(now);
    List<FeedHour> known = hours.stream().filter(one -> one.hour() < last).toList();
    return finding(FeedCondition.THIN, source(now), known, null, now);
  }

  private static Finding shifted(double share) {
    List<FeedHour> hours = new ArrayList<>();
    for (FeedHour one : hours(2, hour -> 1)) {
      long refused = one.hour() > HOUR - 24 ? Math.round(share * one.received()) : 0;
      hours.add(new FeedHour(one.hour(), one.events(), one.received(), 0, 0, refused, refused));
    }
    return finding(FeedCondition.SHIFTED, source(NOW), hours, null, NOW);
  }

  private static Finding silent(Duration age, @Nullable Gap gap, List<FeedHour> hours) {
    return finding(FeedCondition.SILENT, source(NOW.minus(age)), hours, gap, NOW);
  }

  private static Finding finding(
      FeedCondition condition,
      Source source,
      List<FeedHour> hours,
      @Nullable Gap gap,
      Instant now) {
    Judgement judged =
        new FeedJudge(CONFIG, 3)
            .judge(
                source,
                new FeedPast(source.cadence(), hours),
                gap,
                List.of(),
                OperationalCalendar.plain(),
                now);
    return Objects.requireNonNull(judged.findings().get(condition));
  }

  private static Source source(Instant reported) {
    return new Source(
        1,
        "app",
        Cadence.STREAM,
        Duration.ofHours(6),
        new Watermark(reported, null, null),
        Source.Feed.unwatched(reported),
        new Source.Books(0, 0, 0, 0, 0, 0));
  }

  /** Sixteen weeks up to now, by the rhythm of the week, over-dispersed, times a level. */
  private static List<FeedHour> hours(int seed, LongToDoubleFunction level) {
    Random random = new Random(seed);
    List<FeedHour> hours = new ArrayList<>();
    for (long hour = HOUR - (long) WEEKS * FeedPast.HOURS_A_WEEK; hour <= HOUR; hour++) {
      long events = count(random, rhythm(hour), level.applyAsDouble(hour));
      hours.add(new FeedHour(hour, events, events, 0, 0, 0, 0));
    }
    return hours;
  }

  /** Between 10 at night and 200 at noon, half of it on Sundays. */
  private static double rhythm(long hour) {
    double day = 105 - 95 * Math.cos(2 * Math.PI * (hour % 24) / 24);
    return Math.floorMod(hour / 24 + 3, 7) == 6 ? day / 2 : day;
  }

  /** Twice as dispersed as Poisson. */
  private static long count(Random random, double mean, double level) {
    double drawn = mean + random.nextGaussian() * Math.sqrt(2 * mean);
    return Math.max(0, Math.round(drawn * level));
  }
}
