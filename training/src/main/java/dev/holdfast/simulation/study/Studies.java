package dev.holdfast.simulation.study;

import java.util.List;

/** All studies. */
public final class Studies {

  private static final List<Study> ALL = 
      List.of(new ReplayStudy(), new LeakageStudy(), new RankingStudy(), new CrossingStudy(), new FeedbackStudy());

  private Studies() {}

  /** All studies, those that others rest on first. */
  public static List<Study> all() {
    return ALL;
  }
}
