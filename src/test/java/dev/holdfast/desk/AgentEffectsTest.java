package dev.holdfast.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.campaign.CallQueue.Ready;
import dev.holdfast.campaign.Disposition;
import dev.holdfast.desk.AgentEffects.Estimate;
import dev.holdfast.desk.AgentEffects.Past;
import dev.holdfast.desk.AgentEffects.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AgentEffectsTest {

  @Test
  void quantilesAreThoseOfTheBetaDistribution() {
    // Beta(1, 1) is uniform; Beta(2, 1) has the distribution x^2; Beta(1, b) has 1 - (1 - x)^b.
    assertThat(new BetaBelief(1, 1).quantile(0.3)).isEqualTo(0.3, within(0.001));
    assertThat(new BetaBelief(2, 1).quantile(0.25)).isEqualTo(0.5, within(0.001));
    assertThat(new BetaBelief(1, 20).quantile(0.975))
        .isEqualTo(1 - Math.pow(0.025, 1 / 20.0), within(0.001));
    assertThat(BetaBelief.of(0.3, 10).after(7, 10).mean()).isEqualTo(0.5, within(1e-12));
  }

  @Test
  void fewCallsAreDrawnTowardsAllAgents() {
    List<Past> pasts = new ArrayList<>();
    for (int agent = 0; agent < 10; agent++) {
      // From 20 to 38 of 100: more apart than chance makes them.
      pasts.add(past("a" + agent, "", 400, 4 * (20 + 2 * agent)));
    }
    pasts.add(past("lucky", "", 2, 2));
    AgentEffects effects = AgentEffects.of(pasts, 8);

    Estimate lucky = effects.of("lucky", AgentEffects.EVERYTHING);
    Estimate proven = effects.of("a9", AgentEffects.EVERYTHING);
    Estimate unknown = effects.of("nobody", AgentEffects.EVERYTHING);

    assertThat(lucky.share()).isBetween(0.29, 0.36);
    assertThat(proven.share()).isBetween(0.35, 0.38);
    assertThat(proven.share()).isGreaterThan(lucky.share());
    assertThat(lucky.high() - lucky.low()).isGreaterThan(2 * (proven.high() - proven.low()));
    assertThat(unknown.share()).isEqualTo(unknown.ofAll(), within(1e-9));
    assertThat(unknown.points()).isEqualTo(0, within(1e-6));
  }

  @Test
  void whereAgentsDoNotDifferNobodyIsTakenForBetter() {
    SplittableRandom random = new SplittableRandom(3);
    List<Past> pasts = new ArrayList<>();
    for (int agent = 0; agent < 30; agent++) {
      int good = 0;
      for (int call = 0; call < 100; call++) {
        good += random.nextDouble() < 0.3 ? 1 : 0;
      }
      pasts.add(past("a" + agent, "", 100, good));
    }
    AgentEffects effects = AgentEffects.of(pasts, 8);

    for (int agent = 0; agent < 30; agent++) {
      assertThat(effects.of("a" + agent, AgentEffects.EVERYTHING).points()).isBetween(-3.0, 3.0);
    }
  }

  @Test
  void intervalsCoverTheTruth() {
    SplittableRandom random = new SplittableRandom(5);
    int covered = 0;
    int agents = 400;
    List<Past> pasts = new ArrayList<>();
    double[] truth = new double[agents];
    for (int agent = 0; agent < agents; agent++) {
      truth[agent] = 0.2 + 0.3 * random.nextDouble();
      int calls = 10 + random.nextInt(100);
      int good = 0;
      for (int call = 0; call < calls; call++) {
        good += random.nextDouble() < truth[agent] ? 1 : 0;
      }
      pasts.add(past("a" + agent, "", calls, good));
    }
    AgentEffects effects = AgentEffects.of(pasts, 8);

    for (int agent = 0; agent < agents; agent++) {
      Estimate estimate = effects.of("a" + agent, AgentEffects.EVERYTHING);
      covered += estimate.low() <= truth[agent] && truth[agent] <= estimate.high() ? 1 : 0;
    }

    assertThat((double) covered / agents).isBetween(0.92, 0.985);
  }

  @Test
  void whoIsGoodElsewhereIsNotTakenForAverageOnANewTopic() {
    List<Past> pasts = new ArrayList<>();
    for (int agent = 0; agent < 6; agent++) {
      pasts.add(past("a" + agent, "billing", 300, agent == 0 ? 180 : 75 + 3 * agent));
      if (agent > 0) {
        pasts.add(past("a" + agent, "moving", 300, 30 + 30 * agent));
      }
    }
    AgentEffects effects = AgentEffects.of(pasts, 8);

    Estimate newHere = effects.of("a0", Topic.ofSkill("moving"));

    assertThat(newHere.conversations()).isZero();
    assertThat(newHere.points()).isGreaterThan(10);
    assertThat(effects.of("a0", Topic.ofSkill("unheard-of")).conversations()).isEqualTo(300);
  }

  @Test
  void lengthsAreDrawnTowardsAllAgentsToo() {
    AgentEffects effects =
        AgentEffects.of(
            List.of(
                new Past("slow", "", "", 10, 3, 200, 200 * 600),
                new Past("quick", "", "", 10, 3, 200, 200 * 300),
                new Past("new", "", "", 1, 0, 1, 60)),
            8);

    assertThat(effects.of("slow", AgentEffects.EVERYTHING).minutes()).isBetween(9.0, 10.0);
    assertThat(effects.of("quick", AgentEffects.EVERYTHING).minutes()).isBetween(5.0, 6.0);
    assertThat(effects.of("new", AgentEffects.EVERYTHING).minutes()).isBetween(6.5, 7.6);
    assertThat(AgentEffects.of(List.of(), 8).of("x", AgentEffects.EVERYTHING).minutes())
        .isEqualTo(8);
  }

  @Test
  void anAgentsSuccessReordersTheBestEightTasksAndNoOthers() {
    List<Past> pasts = new ArrayList<>();
    for (int agent = 0; agent < 5; agent++) {
      pasts.add(past("a" + agent, "billing", 300, 60 + 30 * agent));
      pasts.add(past("a" + agent, "moving", 300, 120));
    }
    AgentEffects effects = AgentEffects.of(pasts, 8);
    List<Ready> best = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      best.add(new Ready(i, 20 - i, i == 3 || i == 9 ? "billing" : "moving"));
    }

    List<Long> ofTheBest = ids(Claims.bySuccess("a4", best, effects));
    List<Long> ofTheWorst = ids(Claims.bySuccess("a0", best, effects));

    assertThat(ofTheBest).startsWith(3L, 0L, 1L, 2L).endsWith(8L, 9L, 10L, 11L).hasSize(12);
    assertThat(ofTheWorst.subList(0, 8)).endsWith(3L).startsWith(0L, 1L, 2L, 4L);
    assertThat(ids(Claims.bySuccess("a4", List.of(), effects))).isEmpty();
  }

  private static List<Long> ids(List<Ready> tasks) {
    return tasks.stream().map(Ready::id).toList();
  }

  @Test
  void callsAreCountedByWhatCameOfThem() {
    CallTally.Made kept = made(Disposition.REACHED, true, 60);
    Map<CallTally.Key, CallTally.Count> counts =
        CallTally.of(
            List.of(
                kept,
                made(Disposition.REACHED, false, null),
                made(Disposition.SOLVED, true, 120),
                made(Disposition.NO_ANSWER, false, null)));

    assertThat(counts).hasSize(3);
    assertThat(counts.get(key(Disposition.REACHED))).isEqualTo(new CallTally.Count(2, 1, 1, 60));
    assertThat(counts.get(key(Disposition.SOLVED)))
        .as("solved is a success by itself, whoever comes back")
        .isEqualTo(new CallTally.Count(1, 0, 1, 120));
  }

  private static CallTally.Made made(
      Disposition disposition, boolean returned, @Nullable Integer seconds) {
    return new CallTally.Made("anna", 9, "", "", disposition, false, returned, seconds);
  }

  private static CallTally.Key key(Disposition disposition) {
    return new CallTally.Key("anna", 9, "", "", disposition, false);
  }

  private static Past past(String agent, String skill, int conversations, int good) {
    return new Past(agent, skill, "", conversations, good, 0, 0);
  }
}
