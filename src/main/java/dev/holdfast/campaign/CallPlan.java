package dev.holdfast.campaign;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which calls fit into the agents' minutes: a knapsack. By gain per minute, best first, while gain
 * and minutes remain; the last places are filled exactly among those around the cut, so that calls
 * of different length waste no minutes.
 *
 * <p>A share of the minutes goes to calls drawn at random from the rest that have something to
 * gain, so that what a call does is learnt outside the best as well.
 *
 * @see "Dantzig (1957), Operations Research 5(2): the greedy order of a knapsack; Balas and Zemel
 *     (1980), Operations Research 28(5): its core"
 */
final class CallPlan {

  /** Candidates around the cut that are weighed against each other exactly. */
  private static final int CORE = 48;

  /** Minutes are counted in tenths there. */
  private static final int TENTHS = 10;

  private static final double HOUR = 60;

  /**
   * A call that could be made.
   *
   * @param task id, decides ties
   * @param gain expected, in money
   * @param minutes of an agent, above 0
   * @param lot in [0, 1), drawn at random: the order of exploration
   */
  record Candidate(long task, double gain, double minutes, double lot) {}

  /**
   * A call of the plan.
   *
   * @param propensity probability with which it came onto the plan, in (0, 1]: 1 by gain, else that
   *     of the draw
   */
  record Chosen(Candidate candidate, boolean exploration, double propensity) {}

  /**
   * The plan.
   *
   * @param chosen by gain per minute, best first
   * @param minutes that they take
   * @param hourMore gain of the calls that one more hour of an agent would add
   */
  record Plan(List<Chosen> chosen, double minutes, double hourMore) {}

  private static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingDouble((Candidate one) -> -one.gain() / one.minutes())
          .thenComparingLong(Candidate::task);

  private CallPlan() {}

  /**
   * Plans.
   *
   * @param capacity agent minutes, 0 or more
   * @param exploration share of the minutes for calls at random, in [0, 1)
   */
  static Plan of(List<Candidate> candidates, double capacity, double exploration) {
    List<Candidate> gainful =
        candidates.stream().filter(one -> one.gain() > 0).sorted(BEST_FIRST).toList();
    Set<Candidate> best = new HashSet<>(best(gainful, capacity * (1 - exploration)));
    double minutes = best.stream().mapToDouble(Candidate::minutes).sum();
    List<Candidate> rest = gainful.stream().filter(one -> !best.contains(one)).toList();
    List<Candidate> drawn = new ArrayList<>();
    if (exploration > 0) {
      for (Candidate one :
          rest.stream().sorted(Comparator.comparingDouble(Candidate::lot)).toList()) {
        if (minutes + one.minutes() > capacity) {
          break;
        }
        drawn.add(one);
        minutes += one.minutes();
      }
    }
    List<Chosen> chosen = new ArrayList<>();
    best.forEach(one -> chosen.add(new Chosen(one, false, 1)));
    double share = rest.isEmpty() ? 0 : (double) drawn.size() / rest.size();
    drawn.forEach(one -> chosen.add(new Chosen(one, true, share)));
    chosen.sort(Comparator.comparing(Chosen::candidate, BEST_FIRST));
    Set<Candidate> taken = new HashSet<>(drawn);
    return new Plan(
        chosen, minutes, hourMore(rest.stream().filter(one -> !taken.contains(one)).toList()));
  }

  /**
   * The calls of greatest gain that fit: greedy, and exact around the cut.
   *
   * @param bestFirst calls with a gain above 0, by gain per minute
   */
  static List<Candidate> best(List<Candidate> bestFirst, double capacity) {
    int cut = 0;
    double minutes = 0;
    while (cut < bestFirst.size() && minutes + bestFirst.get(cut).minutes() <= capacity) {
      minutes += bestFirst.get(cut++).minutes();
    }
    if (cut == bestFirst.size()) {
      return bestFirst;
    }
    int from = Math.max(0, cut - CORE / 2);
    int to = Math.min(bestFirst.size(), from + CORE);
    from = Math.max(0, to - CORE);
    List<Candidate> chosen = new ArrayList<>(bestFirst.subList(0, from));
    double left = capacity - chosen.stream().mapToDouble(Candidate::minutes).sum();
    chosen.addAll(exactly(bestFirst.subList(from, to), left));
    return chosen;
  }

  /** The knapsack by dynamic programming over tenths of a minute; minutes are rounded up. */
  private static List<Candidate> exactly(List<Candidate> core, double capacity) {
    int room = (int) Math.floor(capacity * TENTHS + 1e-9);
    double[] gain = new double[room + 1];
    boolean[][] takes = new boolean[core.size()][room + 1];
    for (int i = 0; i < core.size(); i++) {
      int weight = tenths(core.get(i));
      for (int left = room; left >= weight; left--) {
        double with = gain[left - weight] + core.get(i).gain();
        if (with > gain[left]) {
          gain[left] = with;
          takes[i][left] = true;
        }
      }
    }
    List<Candidate> chosen = new ArrayList<>();
    int left = room;
    for (int i = core.size() - 1; i >= 0; i--) {
      if (takes[i][left]) {
        chosen.add(core.get(i));
        left -= tenths(core.get(i));
      }
    }
    return chosen;
  }

  private static int tenths(Candidate one) {
    return Math.max(1, (int) Math.ceil(one.minutes() * TENTHS - 1e-9));
  }

  private static double hourMore(List<Candidate> bestFirst) {
    double minutes = HOUR;
    double gain = 0;
    for (Candidate one : bestFirst) {
      if (minutes <= 0) {
        break;
      }
      // The last one may reach beyond the hour: it counts as much as fits.
      gain += one.gain() * Math.min(1, minutes / one.minutes());
      minutes -= one.minutes();
    }
    return gain;
  }
}
