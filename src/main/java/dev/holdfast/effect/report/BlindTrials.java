package dev.holdfast.effect.report;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Priors;
import dev.holdfast.campaign.EpisodeModels;
import dev.holdfast.customer.Customers;
import dev.holdfast.effect.AssignedLabel;
import dev.holdfast.effect.BlindTrial;
import dev.holdfast.effect.BlindTrial.Untouched;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The method on the operator's own customers in a time in which nobody called them. */
@ApplicationScoped
public class BlindTrials {

  /**
   * Which customers, and how often.
   *
   * @param names {@code namespace:value} of the customers; if empty all, or 50,000 of them by the
   *     seed
   * @param leastRisk only those whose risk was this high when they would have been assigned, in [0,
   *     1]; 0 for all
   * @param share of the treatment, in (0, 1)
   * @param draws 1 to 10,000
   * @param seed of the draws
   */
  public record Request(
      Collection<String> names, double leastRisk, double share, int draws, long seed) {

    public Request {
      names = List.copyOf(names);
      if (!(leastRisk >= 0 && leastRisk <= 1)) {
        throw Problem.badRequest("the least risk must be in [0, 1], was " + leastRisk);
      }
      if (!(share > 0 && share < 1)) {
        throw Problem.badRequest("the share must be in (0, 1), was " + share);
      }
      if (draws < 1 || draws > 10_000) {
        throw Problem.badRequest("draws must be 1 to 10000, were " + draws);
      }
    }
  }

  // Back in time, each customer at one of these months by its number.
  private static final int MONTHS = 6;
  private static final Duration MONTH = Duration.ofDays(30);
  private static final int HISTORIES_AT_ONCE = 500;
  // Beyond these the arms say no more that matters, and reading takes long.
  private static final int MOST = 50_000;

  private final LedgerRows ledger;
  private final EventStore events;
  private final Sources sources;
  private final Customers customers;
  private final EpisodeModels models;
  private final BusinessClock clock;
  private final EffectConfig config;

  BlindTrials(
      LedgerRows ledger,
      EventStore events,
      Sources sources,
      Customers customers,
      EpisodeModels models,
      BusinessClock clock,
      EffectConfig config) {
    this.ledger = ledger;
    this.events = events;
    this.sources = sources;
    this.customers = customers;
    this.models = models;
    this.clock = clock;
    this.config = config;
  }

  private record Past(Instant maturedAt, Untouched untouched) {}

  /**
   * Deals customers into two arms as of a past in which nobody contacted them.
   *
   * @param progress told in plain words how far it is
   * @throws Problem 409 if no model serves, 404 if a name means nobody, 422 if too few customers
   *     are left
   */
  public BlindTrial run(Request request, Consumer<String> progress) {
    Priors priors =
        models
            .priorsServing()
            .orElseThrow(
                () ->
                    Problem.conflict(
                        "No model serves yet, so that nobody is at risk; train and promote one"));
    Instant now = clock.now();
    Map<Integer, Instant> complete = new HashMap<>();
    for (Source source : sources.all()) {
      Instant through = source.watermark().reached();
      if (through != null) {
        complete.put(source.id(), through);
      }
    }
    Map<Long, Integer> sourceOf = ledger.sources();
    List<Long> asked = asked(request, sourceOf, now);
    Map<Long, Long> parties = customers.partiesOf(asked);
    Map<Long, Instant> contacted = ledger.firstTreatment();
    List<Past> past = new ArrayList<>();
    // One customer of a party, as one episode of a party is measured.
    Set<Long> dealt = new HashSet<>();
    for (int from = 0; from < asked.size(); from += HISTORIES_AT_ONCE) {
      List<Long> some = asked.subList(from, Math.min(asked.size(), from + HISTORIES_AT_ONCE));
      Map<Long, List<Event>> histories = events.historiesOf(some);
      for (Long customer : some) {
        Long party = parties.get(customer);
        Integer source = sourceOf.get(customer);
        if (party != null && source != null && !dealt.contains(party)) {
          Instant known = complete.getOrDefault(source, Instant.EPOCH);
          Instant end = known.isBefore(now) ? known : now;
          List<Event> history = histories.getOrDefault(customer, List.of());
          look(request, priors, customer, history, party, end, contacted.get(party))
              .ifPresent(
                  one -> {
                    dealt.add(party);
                    past.add(one);
                  });
        }
      }
    }
    progress.accept(
        String.format(
            Locale.ROOT,
            "%,d parties of %,d customers were there and left alone",
            past.size(),
            asked.size()));
    past.sort(Comparator.comparing(Past::maturedAt).thenComparing(one -> one.untouched().party()));
    try {
      return BlindTrial.of(
          past.stream().map(Past::untouched).toList(),
          request.share(),
          request.draws(),
          request.seed());
    } catch (IllegalArgumentException tooFew) {
      throw Problem.unprocessable(String.valueOf(tooFew.getMessage()));
    }
  }

  private List<Long> asked(Request request, Map<Long, Integer> all, Instant now) {
    if (request.names().isEmpty()) {
      List<Long> everybody = new ArrayList<>(all.keySet());
      Collections.sort(everybody);
      if (everybody.size() > MOST) {
        Collections.shuffle(everybody, new Random(request.seed()));
        return everybody.subList(0, MOST).stream().sorted().toList();
      }
      return everybody;
    }
    Map<String, Long> found = customers.findAll(request.names(), now);
    for (String name : request.names()) {
      if (!found.containsKey(name)) {
        throw Problem.notFound("There is no customer " + name);
      }
    }
    return found.values().stream().distinct().sorted().toList();
  }

  /** The customer in one past month; empty if it was not there, too safe, or was contacted. */
  private Optional<Past> look(
      Request request,
      Priors priors,
      long customer,
      List<Event> history,
      long party,
      Instant end,
      @Nullable Instant contacted) {
    Duration back =
        Duration.ofDays(
                (long) Math.ceil(Math.max(config.days(), priors.churn().longestHorizonDays())))
            .plus(Duration.ofDays(priors.churn().settlingDays()))
            .plus(MONTH.multipliedBy(Math.floorMod(customer, (long) MONTHS)));
    Instant at = end.minus(back);
    ActivityState state = ActivityState.empty();
    for (Event event : history) {
      if (event.occurredAt().isAfter(at)) {
        break;
      }
      state.apply(event);
    }
    if (state.usageOccasions() == 0 || !priors.churn().eligible(state, at)) {
      return Optional.empty();
    }
    double risk = models.riskServing(state, at).orElse(0.0);
    AssignedLabel outcome = AssignedLabel.of(history, priors, config.days(), at, end);
    boolean ours =
        (contacted != null && contacted.isBefore(outcome.maturedAt()))
            || history.stream()
                .anyMatch(
                    event ->
                        event.kind() == EventKind.OUTBOUND
                            && event.occurredAt().isBefore(outcome.maturedAt()));
    if (ours || !outcome.known() || risk < request.leastRisk()) {
      return Optional.empty();
    }
    return Optional.of(
        new Past(outcome.maturedAt(), new Untouched(party, risk, outcome.churned())));
  }
}
