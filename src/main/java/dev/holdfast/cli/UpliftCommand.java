package dev.holdfast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.campaign.CallLists;
import dev.holdfast.campaign.CampaignEffect;
import dev.holdfast.campaign.CampaignEffects;
import dev.holdfast.campaign.CampaignEffects.Version;
import dev.holdfast.effect.report.EffectReports;
import dev.holdfast.platform.Problem;
import dev.holdfast.training.uplift.CampaignUplift;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.inject.Inject;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Learns what a campaign's calls do, and lets the call list use it as far as it is proven. */
@Command(
    name = "uplift",
    description = {
      "Learns from a campaign's hold-out whom its calls keep, and ranks its calls by that from then"
          + " on: for single customers if the ranking proves itself, else by the average effect if"
          + " that is proven, else by the prior. Example:",
      "  holdfast uplift winter"
    })
@Needs(Needs.Parts.STORE)
class UpliftCommand implements Callable<Integer> {

  @Parameters(paramLabel = "CAMPAIGN", description = "its name or number")
  String campaign;

  @Option(names = "--show", description = "shows what is in force and learns nothing")
  boolean show;

  @Option(names = "--dry-run", description = "learns and stores nothing")
  boolean dryRun;

  @Option(names = "--json", description = "one JSON document")
  boolean json;

  @Inject CampaignUplift uplift;
  @Inject CampaignEffects effects;
  @Inject EffectReports reports;
  @Inject CallLists lists;
  @Inject ObjectMapper mapper;

  @Override
  public Integer call() throws JsonProcessingException {
    long id =
        lists
            .idOf(campaign)
            .orElseThrow(
                () ->
                    Problem.notFound(
                        "There is no campaign \""
                            + campaign
                            + "\"; holdfast campaign list shows them"));
    if (show) {
      Version inForce =
          effects
              .inForce(id)
              .orElseThrow(
                  () ->
                      Problem.notFound(
                          "Nothing was learnt of \""
                              + campaign
                              + "\" yet; its calls are ranked by the prior. holdfast uplift "
                              + campaign
                              + " learns"));
      print(inForce.effect(), inForce);
      return 0;
    }
    CampaignEffect learnt = uplift.learn(id, reports.newestRun(id));
    if (dryRun) {
      print(learnt, null);
      return 0;
    }
    print(
        learnt,
        QuarkusTransaction.requiringNew().call(() -> effects.store(id, learnt, Actor.name())));
    return 0;
  }

  private void print(CampaignEffect effect, @Nullable Version version)
      throws JsonProcessingException {
    if (json) {
      System.out.println(mapper.writeValueAsString(effect));
      return;
    }
    CampaignEffect.Evidence evidence = effect.evidence();
    System.out.printf(
        Locale.ROOT, "effectFrom %s: %s%n", effect.used().wireName(), evidence.words());
    System.out.printf(
        Locale.ROOT,
        "average %.2f points of churn (%.2f to %.2f), from %,d treated and %,d held out%n",
        100 * effect.average(),
        100 * effect.low(),
        100 * effect.high(),
        evidence.treated(),
        evidence.heldOut());
    for (CampaignEffect.Learner one : evidence.learners()) {
      System.out.printf(
          Locale.ROOT,
          "  %-10s Qini %.4f (%.4f to %.4f)%n",
          one.name(),
          one.qini(),
          one.low(),
          one.high());
    }
    System.out.println(
        version == null
            ? "stored nothing"
            : "version "
                + version.number()
                + ", stored "
                + version.storedAt()
                + " by "
                + version.storedBy());
  }
}
