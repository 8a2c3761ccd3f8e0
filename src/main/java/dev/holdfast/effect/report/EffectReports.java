package dev.holdfast.effect.report;

import dev.holdfast.activity.ChurnLabel;
import dev.holdfast.activity.Priors;
import dev.holdfast.campaign.Disposition;
import dev.holdfast.campaign.EpisodeModels;
import dev.holdfast.effect.Assigned;
import dev.holdfast.effect.CallComparison;
import dev.holdfast.effect.Difference;
import dev.holdfast.effect.FalseDiscovery;
import dev.holdfast.effect.Measurement;
import dev.holdfast.effect.Money;
import dev.holdfast.effect.Outcome;
import dev.holdfast.effect.PerReached;
import dev.holdfast.effect.Plan;
import dev.holdfast.effect.SampleRatio;
import dev.holdfast.effect.report.LedgerRows.Attempt;
import dev.holdfast.effect.report.LedgerRows.Campaign;
import dev.holdfast.effect.report.LedgerRows.FixedPlan;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Measures campaigns from the store, on demand. A matured outcome never changes what was read. */
@ApplicationScoped
public class EffectReports {

  /** What is asked for. */
  public record Query(
      @Nullable Integer run,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable String segment) {

    /** Everything of the newest run. */
    public static Query newest() {
      return new Query(null, null, null, null);
    }
  }

  /**
   * One campaign among all.
   *
   * @param p of its effect so far, corrected for the number of campaigns; absent if hidden or not
   *     known
   * @param stands true if p is at most 0.1 after the correction
   */
  public record Overview(
      long campaignId,
      String campaign,
      int run,
      String words,
      @Nullable Double p,
      boolean stands) {}

  /** In what the calls of a run differ: those that reached somebody, and of these the successes. */
  public record Calls(
      long campaignId, String campaign, CallComparison reached, CallComparison succeeded) {}

  private static final Set<String> UNREACHED =
      Set.of(
          Disposition.NO_ANSWER.wireName(),
          Disposition.BUSY.wireName(),
          Disposition.WRONG_NUMBER.wireName());
  private static final Set<String> SUCCESSES =
      Set.of(Disposition.ACCEPTED.wireName(), Disposition.SOLVED.wireName());
  private static final int ROUNDS = 500;
  private static final long SEED = 1;
  private static final int MOST_SLICES = 24;
  private static final int FEWEST_OF_A_SLICE = 20;
  private static final double LEAST_CHURN = 0.01;

  private final LedgerRows ledger;
  private final EventStore events;
  private final Sources sources;
  private final EpisodeModels models;
  private final BusinessClock clock;
  private final EffectConfig config;

  EffectReports(
      LedgerRows ledger,
      EventStore events,
      Sources sources,
      EpisodeModels models,
      BusinessClock clock,
      EffectConfig config) {
    this.ledger = ledger;
    this.events = events;
    this.sources = sources;
    this.models = models;
    this.clock = clock;
    this.config = config;
  }

  /** A party of a run with its outcome. */
  private record Followed(Membership member, Outcome outcome) {

    boolean matured() {
      return outcome.mature() && outcome.known();
    }

    Assigned assigned() {
      return assigned(outcome.label());
    }

    Assigned assigned(ChurnLabel label) {
      Double risk = member.risk();
      return new Assigned(
          member.partyId(),
          member.treated(),
          member.treatmentShare(),
          risk == null ? 0 : risk,
          label == ChurnLabel.CHURNED);
    }
  }

  /**
   * The effect of a campaign.
   *
   * @throws Problem 404 if there is no such campaign, 400 if the period ends before it begins
   */
  @Transactional
  public EffectReport of(long campaignId, Query query) {
    Campaign campaign =
        ledger
            .campaign(campaignId)
            .orElseThrow(() -> Problem.notFound("There is no campaign " + campaignId));
    if (query.from() != null && query.to() != null && !query.from().isBefore(query.to())) {
      throw Problem.badRequest(
          "from must be before to, were " + query.from() + " and " + query.to());
    }
    int run = query.run() == null ? campaign.run() : query.run();
    Instant now = clock.now();
    List<Membership> rows = ledger.of(campaignId, run);
    List<Membership> firsts = firstOfEachParty(rows);
    FixedPlan fixed = fixedPlan(campaign, run, firsts, now);
    List<Membership> wanted =
        firsts.stream()
            .filter(
                one ->
                    (query.from() == null || !one.assignedAt().isBefore(query.from()))
                        && (query.to() == null || one.assignedAt().isBefore(query.to())))
            .toList();
    List<Followed> followed = follow(wanted, now);
    List<Followed> matured =
        followed.stream()
            .filter(Followed::matured)
            .sorted(
                Comparator.comparing((Followed one) -> one.outcome().maturedAt())
                    .thenComparing(one -> one.member().episodeId()))
            .toList();
    Plan plan = new Plan(fixed.baseChurn(), fixed.smallestEffect(), fixed.treatmentShare());
    List<Assigned> units = matured.stream().map(Followed::assigned).toList();
    SampleRatio drawn = SampleRatio.of(units(wanted));
    Measurement measurement =
        drawn.fails()
            ? Measurement.hidden(units.size(), drawn)
            : Measurement.of(units, plan, expectedBy(plan, wanted, followed, now));
    boolean hidden = measurement.ratio().fails();
    Difference soFar = measurement.soFar();
    List<Attempt> attempts = ledger.attempts(campaignId, run);
    Set<Long> reached = reached(attempts);
    return new EffectReport(
        campaignId,
        campaign.name(),
        run,
        now,
        measurement.verdict().words(),
        counts(rows, wanted, followed, reached, attempts),
        new EffectReport.PlanView(
            fixed.baseChurn(),
            fixed.smallestEffect(),
            fixed.treatmentShare(),
            plan.parties(),
            matured.isEmpty() ? null : plan.detectable(matured.size()),
            fixed.fixedAt()),
        measurement,
        soFar == null ? null : perReached(soFar, matured, reached),
        soFar == null ? null : money(campaign, matured, attempts, now),
        soFar == null
            ? null
            : Difference.of(
                matured.stream().map(one -> one.assigned(one.outcome().withoutInduced())).toList()),
        ratios(wanted),
        slices(matured, query.segment(), hidden));
  }

  /** The newest run of every campaign, oldest campaign first, corrected for their number. */
  @Transactional
  public List<Overview> overview() {
    List<EffectReport> reports =
        ledger.campaigns().stream().map(one -> of(one.id(), Query.newest())).toList();
    List<Integer> known = new ArrayList<>();
    for (int i = 0; i < reports.size(); i++) {
      if (reports.get(i).measurement().soFar() != null) {
        known.add(i);
      }
    }
    double[] corrected =
        FalseDiscovery.corrected(
            known.stream().mapToDouble(i -> pOf(reports.get(i).measurement().soFar())).toArray());
    List<Overview> overview = new ArrayList<>();
    for (int i = 0; i < reports.size(); i++) {
      EffectReport report = reports.get(i);
      int at = known.indexOf(i);
      overview.add(
          new Overview(
              report.campaignId(),
              report.campaign(),
              report.run(),
              report.words(),
              at < 0 ? null : corrected[at],
              at >= 0 && corrected[at] <= FalseDiscovery.RATE));
    }
    return overview;
  }

  private static double pOf(@Nullable Difference difference) {
    return difference == null ? 1 : difference.p();
  }

  /**
   * In what the calls of a run differ.
   *
   * @throws Problem 404 if there is no such campaign
   */
  @Transactional
  public Calls calls(long campaignId, @Nullable Integer run) {
    Campaign campaign =
        ledger
            .campaign(campaignId)
            .orElseThrow(() -> Problem.notFound("There is no campaign " + campaignId));
    List<Attempt> attempts = ledger.attempts(campaignId, run == null ? campaign.run() : run);
    Function<Attempt, Boolean> reached = one -> !UNREACHED.contains(one.disposition());
    return new Calls(
        campaignId,
        campaign.name(),
        CallComparison.of(
            attempts.stream()
                .map(one -> new CallComparison.Call(reached.apply(one), traits(one)))
                .toList()),
        CallComparison.of(
            attempts.stream()
                .filter(reached::apply)
                .map(
                    one ->
                        new CallComparison.Call(SUCCESSES.contains(one.disposition()), traits(one)))
                .toList()));
  }

  private static Map<String, List<String>> traits(Attempt attempt) {
    Map<String, List<String>> traits = new LinkedHashMap<>();
    traits.put("agent", List.of(attempt.agent()));
    traits.put("attempt", List.of(Integer.toString(attempt.number())));
    ZoneId zone = attempt.zone() == null ? ZoneOffset.UTC : ZoneId.of(attempt.zone());
    ZonedDateTime local = attempt.at().atZone(zone);
    traits.put("hour", List.of(Integer.toString(local.getHour())));
    traits.put("weekday", List.of(local.getDayOfWeek().name().toLowerCase(Locale.ROOT)));
    // The words carry the customer's own numbers; what is compared is the reason.
    traits.put(
        "reason",
        attempt.reasons().stream().map(words -> words.replaceAll("[0-9][0-9.,]*", "#")).toList());
    return traits;
  }

  /** Later episodes of a party come after its first was treated or not, and are no new lot. */
  private static List<Membership> firstOfEachParty(List<Membership> rows) {
    Set<Long> seen = new HashSet<>();
    return rows.stream()
        .filter(Membership::randomised)
        .filter(one -> seen.add(one.partyId()))
        .toList();
  }

  /** Fixed once, from the campaign's settings and risks at assignment; no outcome goes into it. */
  private FixedPlan fixedPlan(Campaign campaign, int run, List<Membership> assigned, Instant now) {
    return ledger
        .plan(campaign.id(), run)
        .orElseGet(
            () -> {
              double expected =
                  assigned.stream()
                      .map(Membership::risk)
                      .filter(Objects::nonNull)
                      .mapToDouble(Double::doubleValue)
                      .average()
                      .orElse(campaign.enterThreshold());
              double base = Math.max(LEAST_CHURN, Math.min(1 - LEAST_CHURN, expected));
              double share =
                  assigned.isEmpty()
                      ? campaign.treatmentShare()
                      : assigned.get(assigned.size() - 1).treatmentShare();
              FixedPlan plan =
                  new FixedPlan(
                      base,
                      Math.min(base, config.smallestEffect()),
                      Math.max(LEAST_CHURN, Math.min(1 - LEAST_CHURN, share)),
                      now);
              if (!assigned.isEmpty()) {
                ledger.fix(campaign.id(), run, plan);
              }
              return plan;
            });
  }

  private List<Followed> follow(List<Membership> members, Instant now) {
    Map<Integer, Instant> complete = completeThrough();
    Priors standard = Priors.standard();
    Map<Integer, Priors> priors = new HashMap<>();
    List<Followed> followed = new ArrayList<>();
    for (Membership member : members) {
      Integer modelId = member.modelId();
      if (!member.known() || modelId == null) {
        continue;
      }
      Priors asked = priors.computeIfAbsent(modelId, id -> models.priorsOf(id).orElse(standard));
      followed.add(
          new Followed(
              member,
              Outcome.of(
                  events.historyOf(member.customerId()),
                  asked,
                  config.days(),
                  member.assignedAt(),
                  known(member.sourceId(), complete, now))));
    }
    return followed;
  }

  private static Instant known(
      @Nullable Integer sourceId, Map<Integer, Instant> complete, Instant now) {
    Instant through = sourceId == null ? now : complete.getOrDefault(sourceId, Instant.EPOCH);
    return through.isBefore(now) ? through : now;
  }

  private Map<Integer, Instant> completeThrough() {
    Map<Integer, Instant> complete = new HashMap<>();
    for (Source source : sources.all()) {
      Instant through = source.watermark().reached();
      if (through != null) {
        complete.put(source.id(), through);
      }
    }
    return complete;
  }

  /** When as many as planned will have matured, at the rate of assignment so far. */
  private @Nullable Instant expectedBy(
      Plan plan, List<Membership> assigned, List<Followed> followed, Instant now) {
    int wanted = plan.parties();
    List<Instant> matures =
        followed.stream()
            .filter(one -> one.matured() || !one.outcome().mature())
            .map(one -> one.outcome().maturedAt())
            .sorted()
            .toList();
    if (matures.size() >= wanted) {
      return matures.get(wanted - 1);
    }
    if (assigned.isEmpty()) {
      return null;
    }
    Instant first = assigned.get(0).assignedAt();
    double days = Math.max(1, Duration.between(first, now).toSeconds() / 86_400.0);
    double perDay = assigned.size() / days;
    double more = (wanted - matures.size()) / perDay;
    // A campaign that would take a decade has no date.
    return more > 3_650 ? null : now.plus(Duration.ofHours((long) (24 * (more + config.days()))));
  }

  private static Set<Long> reached(List<Attempt> attempts) {
    Set<Long> reached = new HashSet<>();
    for (Attempt attempt : attempts) {
      if (!UNREACHED.contains(attempt.disposition())) {
        reached.add(attempt.partyId());
      }
    }
    return reached;
  }

  private static @Nullable PerReached perReached(
      Difference soFar, List<Followed> matured, Set<Long> reached) {
    int count =
        (int)
            matured.stream()
                .filter(one -> one.member().treated() && reached.contains(one.member().partyId()))
                .count();
    return count == 0 || count > soFar.treated().parties() ? null : PerReached.of(soFar, count);
  }

  private Money money(
      Campaign campaign, List<Followed> matured, List<Attempt> attempts, Instant now) {
    Map<Long, Double> costs = new HashMap<>();
    for (Attempt attempt : attempts) {
      double cost =
          campaign.contactCost()
              + (attempt.disposition().equals(Disposition.ACCEPTED.wireName())
                  ? campaign.offerCost()
                  : 0);
      costs.merge(attempt.partyId(), cost, Double::sum);
    }
    List<Money.Account> accounts = new ArrayList<>();
    Instant first = now;
    Instant last = Instant.EPOCH;
    for (Followed one : matured) {
      Assigned party = one.assigned();
      accounts.add(
          new Money.Account(
              party,
              party.churned() ? 0 : campaign.customerValue(),
              party.treated() ? costs.getOrDefault(party.party(), 0.0) : 0));
      Instant at = one.member().assignedAt();
      first = at.isBefore(first) ? at : first;
      last = at.isAfter(last) ? at : last;
    }
    double days = Math.max(1, Duration.between(first, last).toSeconds() / 86_400.0);
    return Money.of(accounts, config.fixedCostPerDay() * days, ROUNDS, SEED);
  }

  private static EffectReport.Counts counts(
      List<Membership> rows,
      List<Membership> wanted,
      List<Followed> followed,
      Set<Long> reached,
      List<Attempt> attempts) {
    int[] erased = new int[2];
    for (Membership one : wanted) {
      if (!one.known() || one.modelId() == null) {
        erased[one.treated() ? 1 : 0]++;
      }
    }
    int matured = 0;
    int immature = 0;
    int[] unknown = new int[2];
    int reachedParties = 0;
    for (Followed one : followed) {
      boolean treated = one.member().treated();
      if (one.matured()) {
        matured++;
      } else if (one.outcome().mature()) {
        unknown[treated ? 1 : 0]++;
      } else {
        immature++;
      }
      reachedParties += treated && reached.contains(one.member().partyId()) ? 1 : 0;
    }
    return new EffectReport.Counts(
        wanted.size(),
        matured,
        immature,
        unknown[1],
        unknown[0],
        erased[1],
        erased[0],
        (int) rows.stream().filter(one -> !one.randomised()).count(),
        reachedParties,
        attempts.size());
  }

  /**
   * Of all that were assigned, then by path and month; an empty side of a slice is a failure too.
   */
  private static List<EffectReport.RatioView> ratios(List<Membership> members) {
    List<EffectReport.RatioView> ratios = new ArrayList<>();
    ratios.add(new EffectReport.RatioView("all assigned", SampleRatio.of(units(members))));
    Map<String, List<Membership>> slices = new TreeMap<>();
    for (Membership one : members) {
      add(slices, "cause " + (one.cause() == null ? "erased" : one.cause()), one);
      add(slices, "month " + monthOf(one), one);
    }
    slices.values().removeIf(slice -> slice.size() < FEWEST_OF_A_SLICE);
    slices.forEach(
        (name, slice) ->
            ratios.add(
                new EffectReport.RatioView(
                    name, SampleRatio.of(units(slice), SampleRatio.LEVEL / slices.size()))));
    return ratios;
  }

  private static void add(Map<String, List<Membership>> slices, String name, Membership one) {
    slices.computeIfAbsent(name, n -> new ArrayList<>()).add(one);
  }

  private static String monthOf(Membership one) {
    return YearMonth.from(one.assignedAt().atZone(ZoneOffset.UTC)).toString();
  }

  /** The arms as they were drawn; no outcome goes into a ratio. */
  private static List<Assigned> units(Collection<Membership> members) {
    return members.stream()
        .map(one -> new Assigned(one.partyId(), one.treated(), one.treatmentShare(), 0, false))
        .toList();
  }

  private static List<EffectReport.Slice> slices(
      List<Followed> matured, @Nullable String segment, boolean hidden) {
    Map<String, List<Followed>> byValue = new TreeMap<>();
    for (Followed one : matured) {
      String value =
          segment == null
              ? monthOf(one.member())
              : one.member().profile().getOrDefault(segment, "(none)");
      byValue.computeIfAbsent(value, v -> new ArrayList<>()).add(one);
    }
    record Known(String value, @Nullable Difference difference) {}
    List<Known> known =
        byValue.entrySet().stream()
            .sorted(
                Comparator.comparingInt(
                    (Map.Entry<String, List<Followed>> entry) -> -entry.getValue().size()))
            .limit(MOST_SLICES)
            .sorted(Map.Entry.comparingByKey())
            .map(
                entry -> {
                  List<Assigned> units = entry.getValue().stream().map(Followed::assigned).toList();
                  boolean readable =
                      !hidden && Difference.possible(units) && !SampleRatio.of(units).fails();
                  return new Known(entry.getKey(), readable ? Difference.of(units) : null);
                })
            .toList();
    double[] corrected =
        FalseDiscovery.corrected(
            known.stream()
                .filter(one -> one.difference() != null)
                .mapToDouble(one -> pOf(one.difference()))
                .toArray());
    List<EffectReport.Slice> slices = new ArrayList<>();
    int at = 0;
    for (Known one : known) {
      Double p = one.difference() == null ? null : corrected[at++];
      slices.add(
          new EffectReport.Slice(
              segment == null ? "month" : segment,
              one.value(),
              one.difference(),
              p,
              p != null && p <= FalseDiscovery.RATE));
    }
    return slices;
  }
}
