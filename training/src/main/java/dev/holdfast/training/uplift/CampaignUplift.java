package dev.holdfast.training.uplift;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Priors;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.campaign.CampaignEffect;
import dev.holdfast.campaign.EffectFeatures;
import dev.holdfast.campaign.EffectFrom;
import dev.holdfast.campaign.EpisodeModels;
import dev.holdfast.effect.report.EffectReports;
import dev.holdfast.effect.report.EffectReports.Matured;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventStore;
import dev.holdfast.platform.BusinessClock;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a campaign's calls do, learnt from its own hold-out: told for single customers if their
 * ranking proves itself on strangers, else as the average if that is proven, else not at all.
 */
@ApplicationScoped
public class CampaignUplift {

  /** Fewer parties of an arm say nothing of the average either. */
  static final int FEWEST_FOR_AN_AVERAGE = 100;

  private static final long SEED = 1;
  private static final int HISTORIES_AT_ONCE = 500;

  private final EffectReports reports;
  private final EventStore events;
  private final EpisodeModels models;
  private final Calendars calendars;
  private final BusinessClock clock;

  CampaignUplift(
      EffectReports reports,
      EventStore events,
      EpisodeModels models,
      Calendars calendars,
      BusinessClock clock) {
    this.reports = reports;
    this.events = events;
    this.models = models;
    this.calendars = calendars;
    this.clock = clock;
  }

  /**
   * Learns from the matured outcomes of a campaign's newest run; stores nothing.
   *
   * @param run number of that run, for the evidence
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public CampaignEffect learn(long campaignId, int run) {
    Instant now = clock.now();
    List<Matured> all = reports.matured(campaignId);
    Map<Double, Long> shares =
        all.stream().collect(Collectors.groupingBy(Matured::treatmentShare, Collectors.counting()));
    // Customers of other shares came at another time; those of the most frequent one are compared.
    double share =
        shares.entrySet().stream()
            .max(
                Map.Entry.<Double, Long>comparingByValue()
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(Map.Entry::getKey)
            .orElse(0.0);
    List<Matured> matured = all.stream().filter(one -> one.treatmentShare() == share).toList();
    return decide(trial(matured), run, share, now);
  }

  /** Decides what is used, by the rule that docs/effect.md states. */
  static CampaignEffect decide(Trial trial, int run, double share, Instant now) {
    int treated = trial.count(true);
    int heldOut = trial.count(false);
    if (Math.min(treated, heldOut) < FEWEST_FOR_AN_AVERAGE) {
      return new CampaignEffect(
          EffectFrom.PRIOR,
          0,
          0,
          0,
          0,
          List.of(),
          null,
          new CampaignEffect.Evidence(
              run,
              treated,
              heldOut,
              share,
              List.of(),
              String.format(
                  Locale.ROOT,
                  "by the prior: %,d outcomes are known in the smaller arm, and an average takes"
                      + " %,d",
                  Math.min(treated, heldOut),
                  FEWEST_FOR_AN_AVERAGE),
              now));
    }
    UpliftModel model = UpliftModel.learn(trial, SEED);
    Interval average = model.average();
    List<CampaignEffect.Learner> learners =
        model.candidates().stream()
            .map(
                one ->
                    new CampaignEffect.Learner(
                        one.learner(), one.qini().value(), one.qini().low(), one.qini().high()))
            .toList();
    boolean proven = average.low() > 0 || average.high() < 0;
    EffectFrom used =
        model.used() ? EffectFrom.UPLIFT : proven ? EffectFrom.AVERAGE : EffectFrom.PRIOR;
    String words =
        used == EffectFrom.PRIOR
            ? String.format(
                Locale.ROOT,
                "by the prior: the average effect of %.1f points of churn (%.1f to %.1f) may be"
                    + " chance",
                100 * average.value(),
                100 * average.low(),
                100 * average.high())
            : model.words();
    return new CampaignEffect(
        used,
        average.value(),
        average.low(),
        average.high(),
        model.shrinkage(),
        model.used() ? trial.names() : List.of(),
        model.formula().orElse(null),
        new CampaignEffect.Evidence(run, treated, heldOut, share, learners, words, now));
  }

  private Trial trial(List<Matured> matured) {
    List<double[]> features = new ArrayList<>();
    List<Matured> kept = new ArrayList<>();
    Map<Integer, Priors> priors = new HashMap<>();
    for (int from = 0; from < matured.size(); from += HISTORIES_AT_ONCE) {
      List<Matured> some =
          matured.subList(from, Math.min(matured.size(), from + HISTORIES_AT_ONCE));
      Map<Long, List<Event>> histories =
          events.historiesOf(some.stream().map(Matured::customerId).toList());
      for (Matured one : some) {
        ActivityState activity =
            asOf(histories.getOrDefault(one.customerId(), List.of()), one.assignedAt());
        if (activity.usageOccasions() > 0) {
          Priors population =
              priors.computeIfAbsent(
                  one.modelId(), id -> models.priorsOf(id).orElse(Priors.standard()));
          features.add(EffectFeatures.of(one.risk(), activity, one.assignedAt(), population));
          kept.add(one);
        }
      }
    }
    int n = kept.size();
    boolean[] treated = new boolean[n];
    double[] share = new double[n];
    boolean[] churned = new boolean[n];
    for (int i = 0; i < n; i++) {
      treated[i] = kept.get(i).treated();
      share[i] = kept.get(i).treatmentShare();
      churned[i] = kept.get(i).churned();
    }
    return new Trial(
        EffectFeatures.NAMES, features.toArray(double[][]::new), treated, share, churned);
  }

  /** What was known of the customer when the lot was drawn: nothing that came later. */
  private ActivityState asOf(List<Event> history, Instant at) {
    ActivityState activity = ActivityState.empty(calendars.inForce());
    for (Event event : history) {
      if (!event.occurredAt().isAfter(at) && !event.availableAt().isAfter(at)) {
        activity.apply(event);
      }
    }
    return activity;
  }
}
