package dev.holdfast.scoring;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.Silence;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.Explanation.Projection;
import dev.holdfast.scoring.RiskProjection.Day;
import dev.holdfast.scoring.Risks.Question;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Continues the silence of a customer and says what the risk will be. */
@ApplicationScoped
class RiskProjections {

  /** Days that may be looked ahead. */
  static final int MOST_DAYS = 400;

  private final Risks risks;
  private final Instance<Thresholds> thresholds;
  private final ScoringConfig config;
  private final BusinessClock clock;

  RiskProjections(
      Risks risks, Instance<Thresholds> thresholds, ScoringConfig config, BusinessClock clock) {
    this.risks = risks;
    this.thresholds = thresholds;
    this.config = config;
    this.clock = clock;
  }

  /**
   * The risk of a customer along further silence.
   *
   * @param days in [1, {@value #MOST_DAYS}]
   * @throws Problem as {@link Risks#of(String)}
   */
  RiskProjection of(String name, int days) {
    Question asked = risks.question(name, clock.now());
    ChurnModel model = asked.model().model();
    List<Day> path = new ArrayList<>();
    Silence silence = model.silence().of(asked.activity());
    for (int day = 0; day <= days; day++) {
      Instant at = asked.asOf().plus(Duration.ofDays(day));
      double risk = silence.riskAt(at);
      path.add(new Day(day, at, risk, config.bandOf(risk)));
    }
    return new RiskProjection(
        name,
        asked.asOf(),
        asked.stale(),
        RiskBasis.of(asked.activity()),
        model.version(),
        FeatureSchema.current().version(),
        path,
        ifSilent(model, asked.activity(), asked.asOf(), path.get(0).risk()));
  }

  /** Each watched level, ascending, and when silence after {@code asOf} reaches it. */
  List<Projection> ifSilent(ChurnModel model, ActivityState activity, Instant asOf, double risk) {
    TreeMap<Double, String> watched = new TreeMap<>();
    watched.put(config.mediumFrom(), "band medium");
    watched.merge(config.highFrom(), "band high", RiskProjections::both);
    for (Thresholds some : thresholds) {
      some.watched()
          .forEach(one -> watched.merge(one.level(), one.meaning(), RiskProjections::both));
    }
    List<Projection> projections = new ArrayList<>();
    Silence silence = model.silence().of(activity);
    watched.forEach(
        (level, meaning) -> {
          boolean reached = risk >= level;
          Instant reachedAt =
              reached
                  ? null
                  : silence.firstAtOrAbove(level, asOf, config.crossingHorizon()).orElse(null);
          projections.add(new Projection(level, meaning, reached, reachedAt));
        });
    return projections;
  }

  private static String both(String one, String other) {
    return one.equals(other) ? one : one + "; " + other;
  }
}
