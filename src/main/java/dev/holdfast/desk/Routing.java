package dev.holdfast.desk;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.holdfast.desk.AgentEffects.Estimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whom to put a caller through to. The score of an agent is a sum of parts, each in points: one
 * point is one percent more chance that the conversation ends well.
 *
 * <p>Pure: the same caller, agents and draw give the same ranking.
 */
final class Routing {

  /** Points lost by an agent who does not speak the customer's language. */
  private static final double NO_LANGUAGE = 40;

  /** Points lost by an agent without the skill of the queue. */
  private static final double NO_SKILL = 25;

  /** Points that a minute more of talk costs at a queue that waits as long as its target. */
  private static final double POINTS_A_MINUTE = 1;

  /** Waits beyond so many targets weigh no more. */
  private static final double MOST_PRESSURE = 2;

  private static final double MOST_BY_SERVICE = 10;

  private Routing() {}

  /** What a score is made of. */
  enum Part {
    /** How well conversations of the agent end. */
    EFFECT,
    /** Language and skill. */
    MATCH,
    /** More of the effect for customers who are worth more. */
    VALUE,
    /** More of the effect for customers in a delicate state. */
    STATE,
    /** Quick agents where the queue waits. */
    SERVICE,
    /** Agents with fewer calls so far. */
    FAIRNESS;

    /** The word on the wire. */
    @JsonValue
    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the word.
     *
     * @throws IllegalArgumentException with the list of words
     */
    @JsonCreator
    static Part of(String word) {
      return Arrays.stream(values())
          .filter(one -> one.wireName().equals(word))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "a part must be one of "
                          + Arrays.stream(values())
                              .map(Part::wireName)
                              .collect(Collectors.joining(", "))));
    }
  }

  /** What makes a customer's state delicate, and by how much. */
  enum Sign {
    COMPLAINT("has an open complaint", 0.5),
    UNHAPPY("was unhappy lately", 0.3),
    HIGH_RISK("may leave", 0.5),
    MEDIUM_RISK("may leave", 0.2),
    NEWCOMER("is new", 0.2),
    WAITED_LONG("has waited long", 0.3);

    private final String words;
    private final double weight;

    Sign(String words, double weight) {
      this.words = words;
      this.weight = weight;
    }

    /** The word on the wire. */
    @JsonValue
    String wireName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** For people, after "the customer". */
    String words() {
      return words;
    }
  }

  /**
   * Who calls.
   *
   * @param value margin of the customer, null if nobody knows
   * @param signs of a delicate state
   * @param language that the customer speaks, null if any will do
   * @param skill that the queue asks for, null for none
   * @param waits how long, in targets of the queue: 1 is the target
   */
  record Caller(
      @Nullable Double value,
      Set<Sign> signs,
      @Nullable String language,
      @Nullable String skill,
      double waits) {}

  /**
   * An agent who is free.
   *
   * @param callsPerHour so far today; null if nobody knows
   */
  record Candidate(
      String agent,
      Estimate effect,
      List<String> languages,
      List<String> skills,
      @Nullable Double callsPerHour) {}

  /**
   * What weighs how much.
   *
   * @param usualValue of a customer, in money
   * @param fairnessBound the most by fairness, in points
   * @param exploration share of the callers whose first agent is drawn, in [0, 0.5]
   */
  record Settings(
      Map<Part, Double> weights, double usualValue, double fairnessBound, double exploration) {}

  /**
   * An agent with its place.
   *
   * @param score sum of the parts, in points
   * @param parts each with its weight
   * @param matches false if language or skill is missing
   */
  record Ranked(
      int rank,
      Candidate candidate,
      double score,
      Map<Part, Double> parts,
      boolean matches,
      List<String> reasons) {}

  /**
   * The ranking.
   *
   * @param exploration true if the first was drawn at random
   * @param propensity with which the first came first, in (0, 1]
   */
  record Ranking(List<Ranked> agents, boolean exploration, double propensity) {}

  /**
   * How urgent the caller is among all who wait, for a contact centre that asks.
   *
   * @param score in [0, 100]
   * @param parts by value, state and service
   */
  record Urgency(double score, Map<Part, Double> parts) {}

  /** Ranks agents, best first. */
  static Ranking rank(
      Caller caller, List<Candidate> agents, Settings settings, RandomGenerator random) {
    double usual =
        agents.stream()
            .map(Candidate::callsPerHour)
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .average()
            .orElse(0);
    List<Ranked> scored = new ArrayList<>();
    for (Candidate agent : agents) {
      scored.add(score(caller, agent, usual, settings));
    }
    scored.sort(
        Comparator.comparingDouble((Ranked one) -> -one.score())
            .thenComparing(one -> one.candidate().agent()));
    List<Ranked> matching = scored.stream().filter(Ranked::matches).toList();
    List<Ranked> byScore = List.copyOf(scored);
    boolean exploration = matching.size() > 1 && random.nextDouble() < settings.exploration();
    if (exploration) {
      Ranked drawn = matching.get(random.nextInt(matching.size()));
      scored.remove(drawn);
      scored.add(0, drawn);
    }
    List<Ranked> ranked = new ArrayList<>();
    for (Ranked one : scored) {
      ranked.add(
          new Ranked(
              ranked.size() + 1,
              one.candidate(),
              one.score(),
              one.parts(),
              one.matches(),
              one.reasons()));
    }
    double propensity =
        matching.size() < 2 ? 1 : propensity(scored.get(0), byScore.get(0), matching, settings);
    return new Ranking(ranked, exploration, propensity);
  }

  /**
   * With which {@code first} comes first: {@code best} does if nobody is drawn, whether it matches
   * or not, and each who matches is drawn alike.
   */
  private static double propensity(
      Ranked first, Ranked best, List<Ranked> matching, Settings settings) {
    double drawn = first.matches() ? settings.exploration() / matching.size() : 0;
    return (first.equals(best) ? 1 - settings.exploration() : 0) + drawn;
  }

  private static Ranked score(
      Caller caller, Candidate agent, double usualCalls, Settings settings) {
    List<String> reasons = new ArrayList<>();
    Map<Part, Double> parts = new EnumMap<>(Part.class);
    Estimate effect = agent.effect();
    double points = effect.points();
    parts.put(Part.EFFECT, points);
    reasons.add(
        String.format(
            Locale.ROOT,
            "%.0f of 100 conversations end well (%.0f to %.0f, by %d), of all agents %.0f",
            100 * effect.share(),
            100 * effect.low(),
            100 * effect.high(),
            effect.conversations(),
            100 * effect.ofAll()));
    double missing = 0;
    if (caller.language() != null && !agent.languages().contains(caller.language())) {
      missing += NO_LANGUAGE;
      reasons.add("does not speak " + caller.language());
    }
    if (caller.skill() != null && !agent.skills().contains(caller.skill())) {
      missing += NO_SKILL;
      reasons.add("is not trained for " + caller.skill());
    }
    parts.put(Part.MATCH, missing == 0 ? 0 : -missing);
    parts.put(Part.VALUE, points * value(caller, settings));
    parts.put(Part.STATE, points * delicacy(caller));
    double slower = effect.minutes() - effect.minutesOfAll();
    double service = -Math.min(MOST_PRESSURE, caller.waits()) * POINTS_A_MINUTE * slower;
    parts.put(Part.SERVICE, Math.max(-MOST_BY_SERVICE, Math.min(MOST_BY_SERVICE, service)));
    if (caller.waits() > 0 && Math.abs(slower) >= 0.5) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "calls take %.1f minutes, of all agents %.1f",
              effect.minutes(),
              effect.minutesOfAll()));
    }
    parts.put(Part.FAIRNESS, fairness(agent, usualCalls, settings));
    if (agent.callsPerHour() != null) {
      reasons.add(String.format(Locale.ROOT, "%.1f calls an hour so far", agent.callsPerHour()));
    }
    parts.replaceAll((part, value) -> value * settings.weights().getOrDefault(part, 1.0) + 0.0);
    double score = parts.values().stream().mapToDouble(Double::doubleValue).sum();
    return new Ranked(0, agent, score, parts, missing == 0, reasons);
  }

  private static double fairness(Candidate agent, double usualCalls, Settings settings) {
    Double calls = agent.callsPerHour();
    if (calls == null || usualCalls <= 0) {
      return 0;
    }
    double behind = (usualCalls - calls) / usualCalls;
    return settings.fairnessBound() * Math.max(-1, Math.min(1, behind));
  }

  /** 0.5 for a usual customer, towards 1 for one who is worth more; 0 if nobody knows. */
  private static double value(Caller caller, Settings settings) {
    Double value = caller.value();
    return value == null || value <= 0 ? 0 : value / (value + settings.usualValue());
  }

  /** From 0, nothing to be said, to 1. */
  private static double delicacy(Caller caller) {
    return Math.min(1, caller.signs().stream().mapToDouble(sign -> sign.weight).sum());
  }

  /** How urgent the caller is: the mean of value, state and wait by their weights. */
  static Urgency urgency(Caller caller, Settings settings) {
    Map<Part, Double> parts = new EnumMap<>(Part.class);
    parts.put(Part.VALUE, value(caller, settings));
    parts.put(Part.STATE, delicacy(caller));
    parts.put(Part.SERVICE, Math.min(MOST_PRESSURE, caller.waits()) / MOST_PRESSURE);
    double weights = 0;
    for (Part part : EnumSet.copyOf(parts.keySet())) {
      double weight = settings.weights().getOrDefault(part, 1.0);
      parts.merge(part, 100 * weight, (one, other) -> one * other);
      weights += weight;
    }
    double sum = weights;
    parts.replaceAll((part, points) -> sum > 0 ? points / sum : 0);
    return new Urgency(parts.values().stream().mapToDouble(Double::doubleValue).sum(), parts);
  }
}
