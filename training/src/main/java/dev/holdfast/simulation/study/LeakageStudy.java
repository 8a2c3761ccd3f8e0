package dev.holdfast.simulation.study;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.Priors;
import dev.holdfast.evaluation.Auc;
import dev.holdfast.event.Event;
import dev.holdfast.simulation.Scenario;
import dev.holdfast.simulation.Simulation;
import dev.holdfast.training.CustomerHistory;
import dev.holdfast.training.Exposures;
import dev.holdfast.training.Rehearsal;
import dev.holdfast.training.Replay;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Whether the future is known to the model in any way.
 *
 * <p>Three looks. The features and the population's tables at the cut-off are computed with the
 * future and without it: they must not differ in a bit. The customers who are asked about exchange
 * their futures at random, each keeping their own past: a model that reads nothing of the future
 * then ranks like a coin, one that does is found out, by whatever way it reads. And the labels of
 * the training rows are dealt out anew: what is learnt from them must not help to tell apart
 * customers that were not learnt from.
 */
final class LeakageStudy implements Study {

  private static final int EXCHANGES = 20;
  private static final int DEALS = 5;
  // Without a search, which would only choose among ways to learn nothing.
  private static final String TRAINERS = "logistic: {c: 0.03}\nboosting: {}";

  @Override
  public String name() {
    return "leakage";
  }

  @Override
  public String question() {
    return "Does anything of the future reach the features, the tables or the model?";
  }

  @Override
  public List<Finding> run(Plan plan, Consumer<String> progress) {
    List<Finding> findings = new ArrayList<>();
    for (long seed : plan.seeds()) {
      progress.accept("leakage: a world of seed " + seed);
      Simulation simulation = World.of(seed, plan.customers(), Scenario.ordinary());
      Histories histories = new Histories(plan.customers());
      simulation.advanceTo(World.END, histories);
      findings.add(withoutTheFuture(seed, histories));
      Rehearsal rehearsal =
          Rehearsal.of(
              World.experiment(30, World.CUTOFF, 8, TRAINERS, seed),
              histories,
              Exposures.none(),
              progress);
      findings.add(exchanged(seed, rehearsal, histories));
      findings.addAll(dealtOut(seed, rehearsal, progress));
    }
    return findings;
  }

  private Finding withoutTheFuture(long seed, Histories histories) {
    Instant at = World.CUTOFF;
    List<CustomerHistory> known = new ArrayList<>();
    Histories.only(histories, e -> !e.availableAt().isAfter(at) && !e.occurredAt().isAfter(at))
        .forEach(known::add);
    Map<Long, ActivityState> states = new LinkedHashMap<>();
    Priors.Fit fit = Priors.fit(ReplayStudy.churn());
    for (CustomerHistory customer : known) {
      ActivityState state = ActivityState.empty();
      customer.events().forEach(state::apply);
      states.put(customer.customerId(), state);
      fit.add(state, at);
    }
    Priors priors = fit.fit();
    Priors.Fit again = Priors.fit(ReplayStudy.churn());
    for (CustomerHistory customer : histories.all()) {
      again.add(new Replay(customer.events()).at(at), at);
    }
    long differing = again.fit().equals(priors) ? 0 : 1;
    long values = 0;
    for (CustomerHistory customer : histories.all()) {
      ActivityState state = states.getOrDefault(customer.customerId(), ActivityState.empty());
      float[] without = Features.of(state, at, priors);
      float[] with = Features.of(new Replay(customer.events()).at(at), at, priors);
      for (int j = 0; j < with.length; j++) {
        differing += Float.compare(with[j], without[j]) == 0 ? 0 : 1;
      }
      values += with.length;
    }
    return Finding.told(
            name(),
            "features and tables that differ without the future",
            "" + seed,
            String.format(Locale.ROOT, "%,d values", values),
            differing)
        .within(0, 0);
  }

  private Finding exchanged(long seed, Rehearsal rehearsal, Histories histories) {
    Instant at = World.CUTOFF;
    List<CustomerHistory> asked = new ArrayList<>();
    for (CustomerHistory customer : histories.all()) {
      if (ReplayStudy.churn().eligible(new Replay(customer.events()).at(at), at)) {
        asked.add(customer);
      }
    }
    SplittableRandom random = new SplittableRandom(seed);
    double sum = 0;
    int rows = 0;
    for (int round = 0; round < EXCHANGES; round++) {
      int[] from = permutation(asked.size(), random);
      List<CustomerHistory> spliced = new ArrayList<>();
      for (int i = 0; i < from.length; i++) {
        spliced.add(spliced(asked.get(i), asked.get(from[i]), at));
      }
      var scored = rehearsal.judged(spliced::forEach, at, World.END);
      rows = scored.size();
      sum += Auc.of(scored);
    }
    return Finding.told(
            name(),
            "AUC with futures exchanged, mean of " + EXCHANGES,
            "" + seed,
            String.format(Locale.ROOT, "%,d rows", rows),
            sum / EXCHANGES)
        .within(0.48, 0.52);
  }

  /** The past of one customer and the future of another. */
  private static CustomerHistory spliced(CustomerHistory one, CustomerHistory other, Instant at) {
    List<Event> events = new ArrayList<>();
    // Late events of the past belong to what was not known: they go with the future.
    one.events().stream().filter(e -> isPast(e, at)).forEach(events::add);
    other.events().stream().filter(e -> !isPast(e, at)).forEach(events::add);
    return new CustomerHistory(one.customerId(), events);
  }

  private static boolean isPast(Event event, Instant at) {
    return !event.occurredAt().isAfter(at) && !event.availableAt().isAfter(at);
  }

  private List<Finding> dealtOut(long seed, Rehearsal rehearsal, Consumer<String> progress) {
    Map<String, Double> sums = new LinkedHashMap<>();
    for (int deal = 0; deal < DEALS; deal++) {
      progress.accept("leakage: labels dealt out anew, " + (deal + 1) + " of " + DEALS);
      rehearsal
          .aucWithoutKnowledge(seed * 100 + deal)
          .forEach((trainer, auc) -> sums.merge(trainer, auc / DEALS, Double::sum));
    }
    String n = String.format(Locale.ROOT, "%,d rows", rehearsal.trainingRows());
    return sums.entrySet().stream()
        .map(
            one ->
                Finding.told(
                        name(),
                        "AUC with labels dealt out, mean of " + DEALS + ", " + one.getKey(),
                        "" + seed,
                        n,
                        one.getValue())
                    .within(0.48, 0.52))
        .toList();
  }

  private static int[] permutation(int n, SplittableRandom random) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
