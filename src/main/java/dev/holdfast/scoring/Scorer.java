package dev.holdfast.scoring;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.RegisteredModel;
import dev.holdfast.model.Silence;
import dev.holdfast.platform.BusinessClock;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Scores one customer: the risk now, and when silence alone will take it to the next watched level.
 */
@ApplicationScoped
public class Scorer {

  private final ModelRegistry models;
  private final Instance<Thresholds> thresholds;
  private final ScoringConfig config;
  private final BusinessClock clock;
  private final Judging judging;

  Scorer(
      ModelRegistry models,
      Instance<Thresholds> thresholds,
      ScoringConfig config,
      BusinessClock clock,
      Judging judging) {
    this.models = models;
    this.thresholds = thresholds;
    this.config = config;
    this.clock = clock;
    this.judging = judging;
  }

  /**
   * What one batch scores with: the model and the levels are read once, so that all its customers
   * are judged alike. For one thread.
   */
  public final class Session {

    private final @Nullable RegisteredModel champion;
    private final double[] levels;
    private final Instant now;
    private final @Nullable Silence silence;

    private Session(@Nullable RegisteredModel champion, double[] levels, Instant now) {
      this.champion = champion;
      this.levels = levels;
      this.now = now;
      this.silence = champion == null ? null : champion.model().silence();
    }

    /** The business instant of the session. */
    public Instant now() {
      return now;
    }

    /** True if there is a model to judge by. */
    public boolean judges() {
      return champion != null;
    }

    /** True if the model of this session made the score. */
    public boolean made(Score score) {
      return champion != null && champion.id() == score.modelId();
    }

    /**
     * Scores the customer and sets its next due instant.
     *
     * @param watermark up to where the customer's silence is known; null for the newest event
     * @return empty if there is no model or no usage to judge; the row then has no score
     */
    public Optional<Rescored> score(CustomerState state, @Nullable Instant watermark) {
      Score before = state.score();
      ActivityState activity = state.activity();
      if (champion == null
          || silence == null
          || activity.usageOccasions() == 0
          || activity.closed()) {
        state.scored(null, null);
        return Optional.empty();
      }
      Instant asOf = silenceCountedUpTo(activity, watermark, now);
      double risk = silence.of(activity).riskAt(asOf);
      Score after = new Score(risk, asOf, champion.id(), config.bandOf(risk));
      state.scored(after, nextChange(silence, asOf, risk, levels).orElse(null));
      return Optional.of(new Rescored(state, before, after));
    }
  }

  /**
   * Opens a session as of now. A full rescore begins after the caller's transaction, so that it
   * finds what is scored here.
   */
  public Session session() {
    judging.share();
    // The database keeps microseconds: what is stored must be what was computed with.
    Instant now = clock.now().truncatedTo(ChronoUnit.MICROS);
    return new Session(models.champion().orElse(null), levels(), now);
  }

  /**
   * The first whole minute of silence after {@code asOf} at which the risk reaches the lowest of
   * the levels above it.
   *
   * @param silence of the customer
   * @param risk the risk at {@code asOf}
   * @param levels ascending
   */
  Optional<Instant> nextChange(Silence silence, Instant asOf, double risk, double[] levels) {
    for (double level : levels) {
      if (level > risk) {
        return silence.firstAtOrAbove(level, asOf, config.crossingHorizon());
      }
    }
    return Optional.empty();
  }

  /** All watched levels, ascending: thresholds of campaigns and edges of bands. */
  double[] levels() {
    DoubleStream watched = DoubleStream.of(config.mediumFrom(), config.highFrom());
    for (Thresholds some : thresholds) {
      watched = DoubleStream.concat(watched, Arrays.stream(some.levels()));
    }
    return watched.sorted().distinct().toArray();
  }

  /**
   * Silence counts only up to the watermark of the customer's source: past it, silence of the
   * customer and silence of the data look the same. Never before the newest event.
   */
  public static Instant silenceCountedUpTo(
      ActivityState activity, @Nullable Instant watermark, Instant now) {
    Instant last = activity.lastOccurredAt();
    if (watermark == null || watermark.isBefore(last)) {
      return last;
    }
    return watermark.isBefore(now) ? watermark : now.isBefore(last) ? last : now;
  }
}
