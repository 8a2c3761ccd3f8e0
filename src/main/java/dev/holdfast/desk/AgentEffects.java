package dev.holdfast.desk;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How well conversations of each agent end, as far as their numbers tell: shares drawn towards
 * those of all agents, the more the fewer calls there are (empirical Bayes, beta-binomial).
 *
 * <p>For each topic (a skill, or a reason of customers) the shares of all agents say how much
 * agents differ there; this is the prior. An agent's prior is moved by what it does in all other
 * calls, so that who is good elsewhere is not taken for average before its first call on a topic.
 * An association: better agents may have had easier calls. Calls that were drawn at random have
 * not.
 *
 * @see "Kleinman (1973), Journal of the American Statistical Association 68(341): proportions with
 *     extraneous variance"
 */
final class AgentEffects {

  /** Fewer agents say nothing of how agents differ. */
  private static final int FEWEST_AGENTS = 3;

  /** Trials that a prior is worth where too few agents tell. */
  private static final double USUAL_STRENGTH = 50;

  private static final double WEAKEST = 5;
  private static final double STRONGEST = 1_000;
  private static final double FARTHEST = 0.01;
  private static final double TAIL = 0.025;

  /** Calls that a mean length of all agents is worth. */
  private static final double CALLS_OF_LENGTH = 20;

  private static final double SECONDS_A_MINUTE = 60;

  /** All calls, whatever they were about. */
  static final Topic EVERYTHING = new Topic("", "");

  /**
   * What calls are about: a skill, a reason, or anything; one of the two is empty.
   *
   * @param skill that the queue or campaign asks for
   * @param reason that the customer gives
   */
  record Topic(String skill, String reason) {

    static Topic ofSkill(String skill) {
      return new Topic(skill, "");
    }

    static Topic ofReason(String reason) {
      return new Topic("", reason);
    }
  }

  /**
   * Calls of an agent that were alike.
   *
   * @param conversations in which people talked
   * @param good of these, those that ended well
   * @param timed calls of known length, and their seconds together
   */
  record Past(
      String agent,
      String skill,
      String reason,
      int conversations,
      int good,
      int timed,
      long seconds) {}

  /**
   * How well an agent's conversations end.
   *
   * @param share that ends well, in (0, 1)
   * @param low lower end of the interval that has it with probability 0.95
   * @param high upper end
   * @param ofAll share of all agents on the same topic
   * @param conversations of the agent that speak of it
   * @param minutes that a call of the agent takes
   * @param minutesOfAll that one of all agents takes
   */
  record Estimate(
      double share,
      double low,
      double high,
      double ofAll,
      int conversations,
      double minutes,
      double minutesOfAll) {

    /** How much better than all agents, in points of a hundred. */
    double points() {
      return 100 * (share - ofAll);
    }
  }

  private record Tally(double good, double trials) {

    static final Tally NOTHING = new Tally(0, 0);

    Tally plus(Past past) {
      return new Tally(good + past.good(), trials + past.conversations());
    }

    Tally less(Tally part) {
      return new Tally(good - part.good, trials - part.trials);
    }
  }

  /** How well agents do on a topic, and how much they differ. */
  private record Prior(double mean, double strength) {

    /** Standard deviation of what agents do there. */
    double spread() {
      return Math.sqrt(mean * (1 - mean) / (strength + 1));
    }
  }

  private final Map<Topic, Map<String, Tally>> tallies = new HashMap<>();
  private final Map<Topic, Prior> priors = new HashMap<>();
  private final Map<String, Double> minutes = new HashMap<>();
  private final Map<Topic, Map<String, Estimate>> estimates = new HashMap<>();
  private final Map<Topic, Estimate> ofNewcomers = new HashMap<>();
  private final double minutesOfAll;

  private AgentEffects(Collection<Past> pasts, double usualMinutes) {
    Map<String, double[]> lengths = new HashMap<>();
    double seconds = 0;
    double timed = 0;
    for (Past past : pasts) {
      List<Topic> topics = new ArrayList<>(List.of(EVERYTHING));
      if (!past.skill().isEmpty()) {
        topics.add(Topic.ofSkill(past.skill()));
      }
      if (!past.reason().isEmpty()) {
        topics.add(Topic.ofReason(past.reason()));
      }
      for (Topic topic : topics) {
        tallies
            .computeIfAbsent(topic, unused -> new HashMap<>())
            .merge(past.agent(), Tally.NOTHING.plus(past), (known, more) -> known.plus(past));
      }
      double[] length = lengths.computeIfAbsent(past.agent(), unused -> new double[2]);
      length[0] += past.seconds();
      length[1] += past.timed();
      seconds += past.seconds();
      timed += past.timed();
    }
    minutesOfAll = timed > 0 ? seconds / timed / SECONDS_A_MINUTE : usualMinutes;
    lengths.forEach(
        (agent, length) ->
            minutes.put(
                agent,
                (length[0] / SECONDS_A_MINUTE + CALLS_OF_LENGTH * minutesOfAll)
                    / (length[1] + CALLS_OF_LENGTH)));
    tallies.forEach((topic, agents) -> priors.put(topic, prior(agents.values())));
    tallies.forEach(
        (topic, agents) -> {
          Map<String, Estimate> known = new HashMap<>();
          for (String agent : all().keySet()) {
            known.put(agent, estimate(topic, agent));
          }
          estimates.put(topic, known);
          ofNewcomers.put(topic, estimate(topic, ""));
        });
  }

  /**
   * Learns from calls.
   *
   * @param usualMinutes of a call while none of known length was made
   */
  static AgentEffects of(Collection<Past> pasts, double usualMinutes) {
    return new AgentEffects(pasts, usualMinutes);
  }

  /**
   * What is known of an agent on a topic; on everything if nobody ever had a call on it.
   *
   * @param agent one of whom nothing is known is taken for one of all
   */
  Estimate of(String agent, Topic topic) {
    Topic known = estimates.containsKey(topic) ? topic : EVERYTHING;
    Estimate estimate = estimates.getOrDefault(known, Map.of()).get(agent);
    if (estimate != null) {
      return estimate;
    }
    Estimate newcomer = ofNewcomers.get(known);
    return newcomer == null ? estimate(EVERYTHING, agent) : newcomer;
  }

  /** True if conversations on the topic were ever counted. */
  boolean knows(Topic topic) {
    return estimates.containsKey(topic);
  }

  private Map<String, Tally> all() {
    return tallies.getOrDefault(EVERYTHING, Map.of());
  }

  private Estimate estimate(Topic topic, String agent) {
    Prior prior = priors.getOrDefault(topic, new Prior(0.5, 2));
    Tally here = tallies.getOrDefault(topic, Map.of()).getOrDefault(agent, Tally.NOTHING);
    double mean = prior.mean();
    if (!topic.equals(EVERYTHING)) {
      Prior general = Objects.requireNonNull(priors.get(EVERYTHING));
      // Without the calls on the topic itself, which are counted below.
      Tally elsewhere = all().getOrDefault(agent, Tally.NOTHING).less(here);
      double shift =
          BetaBelief.of(general.mean(), general.strength())
                  .after(elsewhere.good(), elsewhere.trials())
                  .mean()
              - general.mean();
      // Where agents hardly differ, being good elsewhere says hardly anything.
      mean = within(mean + shift * Math.min(1, prior.spread() / general.spread()));
    }
    BetaBelief belief = BetaBelief.of(mean, prior.strength()).after(here.good(), here.trials());
    return new Estimate(
        belief.mean(),
        belief.quantile(TAIL),
        belief.quantile(1 - TAIL),
        prior.mean(),
        (int) here.trials(),
        minutes.getOrDefault(agent, minutesOfAll),
        minutesOfAll);
  }

  /** By moments: how much shares differ beyond what chance alone would make of them. */
  private static Prior prior(Collection<Tally> agents) {
    double good = 0;
    double trials = 0;
    double squares = 0;
    int count = 0;
    for (Tally agent : agents) {
      if (agent.trials() > 0) {
        good += agent.good();
        trials += agent.trials();
        squares += agent.trials() * agent.trials();
        count++;
      }
    }
    double mean = within((good + 0.5) / (trials + 1));
    if (count < FEWEST_AGENTS) {
      return new Prior(mean, USUAL_STRENGTH);
    }
    double spread = 0;
    for (Tally agent : agents) {
      if (agent.trials() > 0) {
        double apart = agent.good() / agent.trials() - mean;
        spread += agent.trials() * apart * apart;
      }
    }
    double beyondChance = spread - mean * (1 - mean) * (count - 1);
    double weight = mean * (1 - mean) * (trials - squares / trials - (count - 1));
    // Where every agent had one call there is no weight: nothing tells how they differ.
    if (beyondChance <= 0 || weight <= 0) {
      return new Prior(mean, STRONGEST);
    }
    double strength = weight / beyondChance - 1;
    return new Prior(mean, Math.max(WEAKEST, Math.min(STRONGEST, strength)));
  }

  private static double within(double share) {
    return Math.max(FARTHEST, Math.min(1 - FARTHEST, share));
  }
}
