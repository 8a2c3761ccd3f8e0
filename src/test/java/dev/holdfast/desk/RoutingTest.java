package dev.holdfast.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.desk.AgentEffects.Estimate;
import dev.holdfast.desk.Routing.Caller;
import dev.holdfast.desk.Routing.Candidate;
import dev.holdfast.desk.Routing.Part;
import dev.holdfast.desk.Routing.Ranked;
import dev.holdfast.desk.Routing.Ranking;
import dev.holdfast.desk.Routing.Settings;
import dev.holdfast.desk.Routing.Sign;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RoutingTest {

  private static final Caller ANYBODY = new Caller(null, EnumSet.noneOf(Sign.class), null, null, 0);

  @Test
  void theScoreIsTheSumOfItsPartsAndTheBestComesFirst() {
    Ranking ranking =
        Routing.rank(ANYBODY, List.of(agent("b", 0.30), agent("a", 0.36)), on(), new Random(1));

    assertThat(names(ranking)).containsExactly("a", "b");
    Ranked first = ranking.agents().get(0);
    assertThat(first.rank()).isEqualTo(1);
    assertThat(first.parts().get(Part.EFFECT)).isEqualTo(6, within(1e-9));
    assertThat(first.score())
        .isEqualTo(first.parts().values().stream().mapToDouble(x -> x).sum(), within(1e-12));
    assertThat(first.reasons().get(0)).startsWith("36 of 100 conversations end well");
    assertThat(ranking.propensity()).isEqualTo(1);
  }

  @Test
  void anUnknownCallerIsRankedByEffectAndFairnessAlone() {
    Ranked one =
        Routing.rank(ANYBODY, List.of(agent("a", 0.36)), on(), new Random(1)).agents().get(0);

    assertThat(one.parts().get(Part.VALUE)).isZero();
    assertThat(one.parts().get(Part.STATE)).isZero();
    assertThat(one.parts().get(Part.MATCH)).isZero();
    assertThat(one.parts().get(Part.SERVICE)).isZero();
  }

  @Test
  void aCustomerOfValueAndInADelicateStateGetsMoreOfTheEffect() {
    Caller precious = new Caller(200.0, EnumSet.of(Sign.COMPLAINT, Sign.HIGH_RISK), null, null, 0);

    Ranked one =
        Routing.rank(precious, List.of(agent("a", 0.36)), on(), new Random(1)).agents().get(0);

    assertThat(one.parts().get(Part.VALUE)).isEqualTo(3, within(1e-9));
    assertThat(one.parts().get(Part.STATE)).isEqualTo(6, within(1e-9));
    assertThat(one.score()).isEqualTo(15, within(1e-9));
  }

  @Test
  void languageAndSkillWeighMoreThanEffect() {
    Caller cantonese = new Caller(null, Set.of(), "yue", "billing", 0);
    Candidate able =
        new Candidate("able", estimate(0.25, 8), List.of("yue"), List.of("billing"), null);

    Ranking ranking =
        Routing.rank(cantonese, List.of(agent("good", 0.45), able), on(), new Random(1));

    assertThat(names(ranking)).containsExactly("able", "good");
    Ranked good = ranking.agents().get(1);
    assertThat(good.parts().get(Part.MATCH)).isEqualTo(-65);
    assertThat(good.reasons()).contains("does not speak yue", "is not trained for billing");
  }

  @Test
  void whereTheQueueWaitsQuickAgentsComeFirst() {
    Candidate quick = new Candidate("quick", estimate(0.30, 6), List.of(), List.of(), null);
    Candidate slow = new Candidate("slow", estimate(0.31, 12), List.of(), List.of(), null);
    List<Candidate> both = List.of(quick, slow);

    assertThat(names(Routing.rank(waiting(0), both, on(), new Random(1))).get(0)).isEqualTo("slow");
    assertThat(names(Routing.rank(waiting(1.5), both, on(), new Random(1))).get(0))
        .isEqualTo("quick");
    Ranked pressed = Routing.rank(waiting(50), both, on(), new Random(1)).agents().get(1);
    assertThat(pressed.parts().get(Part.SERVICE))
        .as("twice the target is as urgent as it gets")
        .isEqualTo(-8, within(1e-9));
  }

  @Test
  void fairnessIsBoundedAndFollowsTheCallsSoFar() {
    Candidate busy = new Candidate("busy", estimate(0.30, 8), List.of(), List.of(), 30.0);
    Candidate idle = new Candidate("idle", estimate(0.30, 8), List.of(), List.of(), 0.0);
    Candidate star = new Candidate("star", estimate(0.40, 8), List.of(), List.of(), 30.0);

    Ranking ranking = Routing.rank(ANYBODY, List.of(busy, idle, star), on(), new Random(1));

    assertThat(names(ranking)).containsExactly("star", "idle", "busy");
    assertThat(ranking.agents().get(1).parts().get(Part.FAIRNESS)).isEqualTo(3, within(1e-9));
    for (Ranked one : ranking.agents()) {
      assertThat(one.parts().get(Part.FAIRNESS)).isBetween(-3.0, 3.0);
    }
  }

  @Test
  void eachPartCanBeSwitchedOff() {
    for (Part part : Part.values()) {
      Map<Part, Double> weights = new EnumMap<>(Part.class);
      weights.put(part, 0.0);
      Caller caller = new Caller(500.0, EnumSet.allOf(Sign.class), "yue", "billing", 3);

      Ranked one =
          Routing.rank(
                  caller,
                  List.of(
                      new Candidate("a", estimate(0.5, 12), List.of(), List.of(), 3.0),
                      new Candidate("b", estimate(0.3, 8), List.of(), List.of(), 1.0)),
                  new Settings(weights, 200, 3, 0),
                  new Random(1))
              .agents()
              .get(0);

      assertThat(one.parts().get(part)).as(part.wireName()).isZero();
      assertThat(one.parts().values().stream().filter(x -> x != 0).count()).isEqualTo(5);
    }
  }

  @Test
  void aShareOfTheCallersGoesToAgentsDrawnAtRandomWithItsPropensity() {
    List<Candidate> agents = List.of(agent("a", 0.4), agent("b", 0.3), agent("c", 0.2));
    Settings settings = new Settings(Map.of(), 200, 3, 0.3);
    Random random = new Random(11);
    int draws = 20_000;
    Map<String, Integer> first = new TreeMap<>();
    Map<String, Double> propensity = new TreeMap<>();
    int explored = 0;
    for (int i = 0; i < draws; i++) {
      Ranking ranking = Routing.rank(ANYBODY, agents, settings, random);
      explored += ranking.exploration() ? 1 : 0;
      String name = names(ranking).get(0);
      first.merge(name, 1, Integer::sum);
      propensity.put(name, ranking.propensity());
    }

    assertThat((double) explored / draws).isEqualTo(0.3, within(0.01));
    first.forEach(
        (name, times) ->
            assertThat((double) times / draws)
                .as(name)
                .isEqualTo(propensity.getOrDefault(name, 0.0), within(0.01)));
  }

  @Test
  void ofEqualsTheFirstByNameComesFirstUnlessAnotherIsDrawn() {
    List<Candidate> equals = List.of(agent("a", 0.3), agent("b", 0.3), agent("c", 0.3));
    Random random = new Random(5);
    for (int i = 0; i < 500; i++) {
      Ranking ranking = Routing.rank(ANYBODY, equals, new Settings(Map.of(), 200, 3, 0.3), random);
      assertThat(ranking.propensity())
          .as(names(ranking).get(0))
          .isEqualTo(names(ranking).get(0).equals("a") ? 0.8 : 0.1, within(1e-9));
    }
  }

  @Test
  void nobodyWhoDoesNotMatchIsDrawn() {
    Caller cantonese = new Caller(null, Set.of(), "yue", null, 0);
    List<Candidate> agents =
        List.of(
            agent("other", 0.3),
            new Candidate("one", estimate(0.3, 8), List.of("yue"), List.of(), null),
            new Candidate("two", estimate(0.2, 8), List.of("yue"), List.of(), null));
    Random random = new Random(2);
    for (int i = 0; i < 500; i++) {
      Ranking ranking =
          Routing.rank(cantonese, agents, new Settings(Map.of(), 200, 3, 0.5), random);
      assertThat(names(ranking).get(0)).isNotEqualTo("other");
    }
  }

  @Test
  void urgencyIsBetweenNothingAndAHundred() {
    assertThat(Routing.urgency(ANYBODY, on()).score()).isZero();
    Caller worst = new Caller(1e9, EnumSet.allOf(Sign.class), null, null, 9);
    assertThat(Routing.urgency(worst, on()).score()).isEqualTo(100, within(1e-3));
    Routing.Urgency noValue =
        Routing.urgency(worst, new Settings(Map.of(Part.VALUE, 0.0), 200, 3, 0));
    assertThat(noValue.score()).isEqualTo(100, within(1e-9));
    assertThat(noValue.parts().get(Part.VALUE)).isZero();
  }

  private static Caller waiting(double targets) {
    return new Caller(null, Set.of(), null, null, targets);
  }

  private static Settings on() {
    return new Settings(Map.of(), 200, 3, 0);
  }

  private static Candidate agent(String name, double share) {
    return new Candidate(name, estimate(share, 8), List.of(), List.of(), null);
  }

  private static Estimate estimate(double share, double minutes) {
    return new Estimate(share, share - 0.05, share + 0.05, 0.3, 100, minutes, 8);
  }

  private static List<String> names(Ranking ranking) {
    return ranking.agents().stream().map(one -> one.candidate().agent()).toList();
  }
}
