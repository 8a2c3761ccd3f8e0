package dev.holdfast.simulation.study;

import java.util.List;
import java.util.function.Consumer;

/** One question about the product, and the way in which a simulated population answers it. */
public interface Study {

  /** By which it is asked for, lower case. */
  String name();

  /** What is asked, in one sentence. */
  String question();

  /**
   * Runs it. The same plan gives the same findings.
   *
   * @param progress told in plain words how far it is
   */
  List<Finding> run(Plan plan, Consumer<String> progress);

  /**
   * How large a study is.
   *
   * @param seeds of the populations, at least one; each is a world of its own
   * @param customers in each population, 200 or more
   */
  record Plan(List<Long> seeds, int customers) {

    /** Too few to fill a training snapshot. */
    public static final int FEWEST = 200;

    public Plan {
      seeds = List.copyOf(seeds);
      if (seeds.isEmpty()) {
        throw new IllegalArgumentException("a study needs at least one seed");
      }
      if (customers < FEWEST) {
        throw new IllegalArgumentException(
            "a study needs " + FEWEST + " customers or more, had " + customers);
      }
    }
  }
}
