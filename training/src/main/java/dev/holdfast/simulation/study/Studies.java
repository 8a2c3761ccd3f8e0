package dev.holdfast.simulation.study;

import java.util.List;

/** All studies. */
public final class Studies {

  private static final List<Study> ALL =
      List.of(
          new ReplayStudy(),
          new LeakageStudy(),
          new RankingStudy("ranking", World.CUTOFF),
          new RankingStudy("holiday", World.AFTER_HOLIDAYS),
          new CrossingStudy(),
          new EarlinessStudy(),
          new FeedbackStudy(),
          new EffectStudy(),
          new UpliftStudy(),
          new DriftStudy(),
          new BellStudy(),
          new OutageStudy());

  private Studies() {}

  /** All studies, those that others rest on first. */
  public static List<Study> all() {
    return ALL;
  }
}
