package dev.holdfast.effect.report;

import dev.holdfast.campaign.Disposition;
import dev.holdfast.effect.ArmCount;
import dev.holdfast.effect.Assigned;
import dev.holdfast.effect.CallComparison;
import dev.holdfast.effect.Difference;
import dev.holdfast.effect.FalseDiscovery;
import dev.holdfast.effect.Measurement;
import dev.holdfast.effect.Money;
import dev.holdfast.effect.PerReached;
import dev.holdfast.effect.Plan;
import dev.holdfast.effect.SampleRatio;
import dev.holdfast.effect.Verdict;
import dev.holdfast.effect.report.LedgerRows.Attempt;
import dev.holdfast.effect.report.LedgerRows.Campaign;
import dev.holdfast.effect.report.LedgerRows.Contact;
import dev.holdfast.effect.report.PlanRows.FixedPlan;
import dev.holdfast.effect.report.PlanRows.Reading;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Measures campaigns from the store, on demand. What a plan's reading said when the plan was
 * reached is kept and never changes; everything else is of what is known now.
 *
 * <p>Reads without a transaction: a large campaign takes longer than one may last.
 */
@ApplicationScoped
public class EffectReports {

  /** What is asked for. */
  public record Query(
      @Nullable Integer run,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable String segment) {

    /** True if no period was chosen. */
    boolean wholeRun() {
      return from == null && to == null;
    }

    boolean covers(Membership one) {
      return (from == null || !one.assignedAt().isBefore(from))
          && (to == null || one.assignedAt().isBefore(to));
    }

    /** Everything of the newest run. */
    public static Query newest() {
      return new Query(null, null, null, null);
    }
  }

  /**
   * One campaign among all.
   *
   * @param verdict by its own figures, whatever the others do
   * @param words the verdict; of an effect that does not stand they say so
   * @param p of its effect, by figures that may be looked at whenever one likes, corrected for the
   *     number of campaigns; absent if hidden or not known
   * @param stands true if an effect is proven and p is at most 0.1 after the correction
   */
  public record Overview(
      long campaignId,
      String campaign,
      int run,
      Verdict verdict,
      String words,
      @Nullable Double p,
      boolean stands) {}

  /**
   * In what the calls of a run differ: first attempts that reached somebody beside those that did
   * not, and of the first that reached the party of a task, the successes beside the others.
   */
  public record Calls(
      long campaignId, String campaign, CallComparison reached, CallComparison succeeded) {}

  private static final int ROUNDS = 500;
  private static final long SEED = 1;
  private static final int MOST_SLICES = 24;
  private static final int FEWEST_FOR_A_PLAN = 100;
  private static final int FEWEST_OF_A_SLICE = 20;
  private static final double LEAST_CHURN = 0.01;

  private final LedgerRows ledger;
  private final PlanRows plans;
  private final AssignedLabels labels;
  private final BusinessClock clock;
  private final EffectConfig config;

  EffectReports(
      LedgerRows ledger,
      PlanRows plans,
      AssignedLabels labels,
      BusinessClock clock,
      EffectConfig config) {
    this.ledger = ledger;
    this.plans = plans;
    this.labels = labels;
    this.clock = clock;
    this.config = config;
  }

  /**
   * A party of a run whose outcome is known.
   *
   * @param risk of its customer at the assignment, in (0, 1)
   * @param modelId of the model that the risk is from
   */
  public record Matured(
      long partyId,
      long customerId,
      boolean treated,
      double treatmentShare,
      Instant assignedAt,
      double risk,
      int modelId,
      boolean churned) {}

  /** A run as far as it can be measured, before anything is said of slices and money. */
  private record Measured(
      Campaign campaign,
      int run,
      Instant now,
      List<Membership> rows,
      List<Membership> wanted,
      List<Followed> followed,
      List<Followed> matured,
      EffectReport.PlanView plan,
      List<EffectReport.RatioView> ratios,
      Measurement measurement) {

    boolean hidden() {
      return measurement.ratio().fails();
    }
  }

  /**
   * The effect of a campaign.
   *
   * @throws Problem 404 if there is no such campaign or run, 400 if the period ends before it
   *     begins
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
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
    if (run < 1 || run > campaign.run()) {
      throw Problem.notFound(
          "Campaign " + campaignId + " has no run " + run + "; its newest is " + campaign.run());
    }
    Measured measured = measure(campaign, run, query);
    Measurement measurement = measured.measurement();
    List<Followed> matured = measured.matured();
    Difference soFar = measurement.soFar();
    List<Contact> contacts =
        ledger.contacts(
            campaignId,
            measured.rows().stream().map(Membership::episodeId).collect(Collectors.toSet()));
    Set<Long> reached = reached(contacts);
    boolean known = measurement.verdict().kind() != Verdict.Kind.NOT_YET_KNOWN;
    return new EffectReport(
        campaignId,
        campaign.name(),
        run,
        measured.now(),
        measurement.verdict().words(),
        notes(query, measured),
        counts(measured.rows(), measured.wanted(), measured.followed(), reached, contacts.size()),
        measured.plan(),
        measurement,
        measured.hidden() ? null : silence(measured),
        soFar == null ? null : perReached(soFar, matured, reached),
        soFar == null || !known ? null : money(measured, contacts),
        measured.hidden() ? null : withoutInduced(matured),
        measured.ratios(),
        slices(matured, query.segment(), measured.hidden()));
  }

  /**
   * The number of a campaign's newest run.
   *
   * @throws Problem 404 if there is no such campaign
   */
  public int newestRun(long campaignId) {
    return ledger
        .campaign(campaignId)
        .orElseThrow(() -> Problem.notFound("There is no campaign " + campaignId))
        .run();
  }

  /**
   * The parties of a campaign's newest run whose outcome is known, in the order in which they
   * matured: what effects are learnt from.
   *
   * @throws Problem 404 if there is no such campaign, 409 if the sample ratio fails: then the arms
   *     cannot be compared
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public List<Matured> matured(long campaignId) {
    Campaign campaign =
        ledger
            .campaign(campaignId)
            .orElseThrow(() -> Problem.notFound("There is no campaign " + campaignId));
    Measured measured = measure(campaign, campaign.run(), Query.newest());
    if (measured.hidden()) {
      throw Problem.conflict(
          "Nothing can be learnt from "
              + campaign.name()
              + ": "
              + measured.measurement().verdict().words());
    }
    List<Matured> matured = new ArrayList<>();
    for (Followed one : measured.matured()) {
      Membership member = one.member();
      Double risk = member.risk();
      Integer model = member.modelId();
      if (risk != null && model != null) {
        matured.add(
            new Matured(
                member.partyId(),
                member.customerId(),
                member.treated(),
                member.treatmentShare(),
                member.assignedAt(),
                risk,
                model,
                one.assigned().churned()));
      }
    }
    return matured;
  }

  /** The newest run of every campaign, oldest campaign first, corrected for their number. */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public List<Overview> overview() {
    List<Measured> all =
        ledger.begun().stream().map(one -> measure(one, one.run(), Query.newest())).toList();
    double[] corrected =
        FalseDiscovery.corrected(
            all.stream()
                .map(one -> one.measurement().p())
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .toArray());
    List<Overview> overview = new ArrayList<>();
    int at = 0;
    for (Measured one : all) {
      Verdict verdict = one.measurement().verdict();
      Double p = one.measurement().p() == null ? null : corrected[at++];
      boolean proven = verdict.kind().proven();
      boolean stands = proven && p != null && p <= FalseDiscovery.RATE;
      overview.add(
          new Overview(
              one.campaign().id(),
              one.campaign().name(),
              one.run(),
              verdict,
              proven && !stands
                  ? verdict.words() + "; among " + all.size() + " campaigns it may be chance"
                  : verdict.words(),
              p,
              stands));
    }
    return overview;
  }

  /**
   * Keeps what became of the parties of all runs, so that no look reads their histories. Fixes the
   * plan of the newest run if it is due, and reads it if it is reached, so that neither waits for
   * somebody to look.
   */
  void watch(Campaign campaign) {
    for (int past = 1; past < campaign.run(); past++) {
      labels.keep(firstOfEachParty(ledger.of(campaign.id(), past, null)));
    }
    int run = campaign.run();
    List<Membership> firsts = firstOfEachParty(ledger.of(campaign.id(), run, null));
    labels.keep(firsts);
    if (plans.reading(campaign.id(), run).isPresent()) {
      return;
    }
    Instant now = clock.now();
    Plan plan = plan(campaign, run, firsts, now).plan();
    Instant latest = now.minus(Duration.ofDays(config.days()));
    long due = firsts.stream().filter(one -> !one.assignedAt().isAfter(latest)).count();
    if (due >= plan.parties()) {
      measure(campaign, run, Query.newest());
    }
  }

  private Measured measure(Campaign campaign, int run, Query query) {
    Instant now = clock.now();
    List<Membership> rows = ledger.of(campaign.id(), run, query.segment());
    List<Membership> firsts = firstOfEachParty(rows);
    FixedPlan fixed = plan(campaign, run, firsts, now);
    List<Membership> wanted = firsts.stream().filter(query::covers).toList();
    List<Followed> followed = labels.follow(wanted, now);
    List<Followed> matured =
        followed.stream()
            .filter(Followed::matured)
            .sorted(
                Comparator.comparing((Followed one) -> one.outcome().maturedAt())
                    .thenComparing(one -> one.member().episodeId()))
            .toList();
    Plan plan = fixed.plan();
    List<Assigned> units = matured.stream().map(Followed::assigned).toList();
    List<EffectReport.RatioView> ratios = ratios(wanted);
    Optional<EffectReport.RatioView> failing =
        ratios.stream().filter(one -> one.ratio().fails()).findFirst();
    Reading reading = query.wholeRun() ? plans.reading(campaign.id(), run).orElse(null) : null;
    Measurement measurement =
        failing.isPresent()
            ? Measurement.hidden(
                units.size(),
                failing.get().ratio(),
                failing.get() == ratios.get(0) ? "" : failing.get().slice())
            : Measurement.of(
                units,
                plan,
                reading == null ? null : reading.difference(),
                expectedBy(plan, mayGrow(campaign, run, query, now), wanted, followed, now));
    Difference planned = measurement.planned();
    if (reading == null && planned != null && query.wholeRun()) {
      plans.keep(campaign.id(), run, new Reading(planned, now));
      reading = plans.reading(campaign.id(), run).orElseThrow();
    }
    boolean provisional = plans.plan(campaign.id(), run).isEmpty();
    return new Measured(
        campaign,
        run,
        now,
        rows,
        wanted,
        followed,
        matured,
        new EffectReport.PlanView(
            plan.baseChurn(),
            plan.smallestEffect(),
            plan.treatmentShare(),
            plan.parties(),
            matured.isEmpty() ? null : plan.detectable(matured.size()),
            provisional ? null : fixed.fixedAt(),
            late(fixed, firsts),
            reading == null ? null : reading.readAt()),
        ratios,
        measurement);
  }

  private boolean late(FixedPlan fixed, List<Membership> firsts) {
    return !firsts.isEmpty()
        && !fixed
            .fixedAt()
            .isBefore(firsts.get(0).assignedAt().plus(Duration.ofDays(config.days())));
  }

  private static List<String> notes(Query query, Measured measured) {
    List<String> notes = new ArrayList<>();
    if (!query.wholeRun()) {
      notes.add(
          "of a chosen period: nothing corrects for how many periods were tried; the verdict of the"
              + " campaign is that of the whole run");
    }
    if (measured.plan().late()) {
      notes.add(
          "the plan was fixed when outcomes could be known already: that it asks for so many parties"
              + " is no promise made beforehand");
    }
    if (query.segment() != null) {
      notes.add(
          "segments are by the profile as it is today: where the campaign itself changes the profile"
              + " (an accepted offer changes the plan), arms within a segment are no longer"
              + " comparable");
    }
    return List.copyOf(notes);
  }

  private static double pOf(@Nullable Difference difference) {
    return difference == null ? 1 : difference.p();
  }

  /**
   * In what the calls of a run differ.
   *
   * @throws Problem 404 if there is no such campaign
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public Calls calls(long campaignId, @Nullable Integer run) {
    Campaign campaign =
        ledger
            .campaign(campaignId)
            .orElseThrow(() -> Problem.notFound("There is no campaign " + campaignId));
    List<Attempt> attempts = ledger.attempts(campaignId, run == null ? campaign.run() : run);
    List<Attempt> reached =
        attempts.stream().filter(one -> !one.disposition().reachesNobody()).toList();
    return new Calls(
        campaignId,
        campaign.name(),
        compared(attempts, one -> !one.disposition().reachesNobody()),
        compared(reached, one -> one.disposition().endsWell()));
  }

  /** The first of each task: whether there is a second one depends on what came of the first. */
  private static CallComparison compared(List<Attempt> attempts, Predicate<Attempt> succeeded) {
    Set<Long> tasks = new HashSet<>();
    return CallComparison.of(
        attempts.stream()
            .filter(one -> tasks.add(one.taskId()))
            .map(one -> new CallComparison.Call(succeeded.test(one), traits(one)))
            .toList());
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

  /**
   * The plan of a run: of the risks of the first hundred parties, so that it is the same whoever
   * looks first and when; no outcome goes into it. Fixed once there are so many, or before the
   * first of fewer matures.
   */
  private FixedPlan plan(Campaign campaign, int run, List<Membership> assigned, Instant now) {
    Optional<FixedPlan> fixed = plans.plan(campaign.id(), run);
    if (fixed.isPresent()) {
      return fixed.get();
    }
    List<Membership> first = assigned.subList(0, Math.min(FEWEST_FOR_A_PLAN, assigned.size()));
    double expected =
        first.stream()
            .map(Membership::risk)
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .average()
            .orElse(campaign.enterThreshold());
    double base = within(expected);
    double share =
        within(
            first.isEmpty()
                ? campaign.treatmentShare()
                : first.get(first.size() - 1).treatmentShare());
    FixedPlan plan =
        new FixedPlan(new Plan(base, Math.min(base, config.smallestEffect()), share), now);
    boolean due =
        !first.isEmpty()
            && (first.size() == FEWEST_FOR_A_PLAN
                || !first
                    .get(0)
                    .assignedAt()
                    .plus(Duration.ofDays(config.days() - 1L))
                    .isAfter(now));
    if (!due) {
      return plan;
    }
    plans.fix(campaign.id(), run, plan);
    return plans.plan(campaign.id(), run).orElseThrow();
  }

  private static double within(double share) {
    return Math.max(LEAST_CHURN, Math.min(1 - LEAST_CHURN, share));
  }

  private static boolean mayGrow(Campaign campaign, int run, Query query, Instant now) {
    return campaign.running()
        && run == campaign.run()
        && (query.to() == null || query.to().isAfter(now));
  }

  /**
   * When as many as planned will have matured: by those assigned already, or at the rate so far
   * where more may come. Never in the past; null if too few are to be expected.
   */
  private @Nullable Instant expectedBy(
      Plan plan, boolean mayGrow, List<Membership> assigned, List<Followed> followed, Instant now) {
    int wanted = plan.parties();
    List<Instant> matures =
        followed.stream()
            .filter(one -> one.matured() || !one.outcome().mature())
            .map(one -> one.outcome().maturedAt())
            .sorted()
            .toList();
    if (matures.size() >= wanted) {
      // In the past where a source is late; then it may be any day.
      Instant last = matures.get(wanted - 1);
      return last.isBefore(now) ? now : last;
    }
    if (assigned.isEmpty() || !mayGrow) {
      return null;
    }
    Instant first = assigned.get(0).assignedAt();
    double days = Math.max(1, Duration.between(first, now).toSeconds() / 86_400.0);
    double perDay = assigned.size() / days;
    double more = (wanted - matures.size()) / perDay;
    // A campaign that would take a decade has no date.
    return more > 3_650 ? null : now.plus(Duration.ofHours((long) (24 * (more + config.days()))));
  }

  private static Set<Long> reached(List<Contact> contacts) {
    Set<Long> reached = new HashSet<>();
    for (Contact contact : contacts) {
      if (!contact.disposition().reachesNobody()) {
        reached.add(contact.partyId());
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

  /** Of all matured; who was called and says nothing in the end was paid for too. */
  private Money money(Measured measured, List<Contact> contacts) {
    Campaign campaign = measured.campaign();
    Map<Long, Double> costs = new HashMap<>();
    for (Contact contact : contacts) {
      double cost =
          campaign.contactCost()
              + (contact.disposition() == Disposition.ACCEPTED ? campaign.offerCost() : 0);
      costs.merge(contact.partyId(), cost, Double::sum);
    }
    List<Money.Account> accounts = new ArrayList<>();
    Instant first = measured.now();
    Instant last = Instant.EPOCH;
    for (Followed one : measured.matured()) {
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
    double silent = 0;
    Set<Long> open = new HashSet<>();
    for (Followed one : measured.followed()) {
      if (one.matured() || !one.outcome().mature()) {
        open.add(one.member().partyId());
      }
    }
    for (Membership one : measured.wanted()) {
      silent +=
          one.treated() && !open.contains(one.partyId())
              ? costs.getOrDefault(one.partyId(), 0.0)
              : 0;
    }
    return Money.of(accounts, config.fixedCostPerDay() * days + silent, ROUNDS, SEED);
  }

  /**
   * What those could change who were assigned and will never say anything. Silence may itself come
   * of being called, so that who is left need not be comparable.
   */
  private static EffectReport.@Nullable Silence silence(Measured measured) {
    Set<Long> open = new HashSet<>();
    int[] silent = new int[2];
    int[] churned = new int[2];
    int[] parties = new int[2];
    for (Followed one : measured.followed()) {
      if (one.matured() || !one.outcome().mature()) {
        open.add(one.member().partyId());
      }
      if (one.matured()) {
        int arm = one.member().treated() ? 1 : 0;
        parties[arm]++;
        churned[arm] += one.outcome().churned() ? 1 : 0;
      }
    }
    for (Membership one : measured.wanted()) {
      silent[one.treated() ? 1 : 0] += open.contains(one.partyId()) ? 0 : 1;
    }
    int treated = parties[1] + silent[1];
    int heldOut = parties[0] + silent[0];
    if (parties[0] == 0 || parties[1] == 0) {
      return null;
    }
    return new EffectReport.Silence(
        (double) silent[1] / treated,
        (double) silent[0] / heldOut,
        Difference.of(new ArmCount(treated, silent[1]), new ArmCount(heldOut, silent[0])).p(),
        (double) churned[0] / heldOut - (double) (churned[1] + silent[1]) / treated,
        (double) (churned[0] + silent[0]) / heldOut - (double) churned[1] / treated);
  }

  /** Of those whose label is known either way, so that both figures are of the same parties. */
  private static @Nullable Difference withoutInduced(List<Followed> matured) {
    List<Assigned> parties =
        matured.stream()
            .filter(one -> one.outcome().knownWithoutInduced())
            .map(one -> one.assigned(one.outcome().withoutInduced()))
            .toList();
    return Difference.possible(parties) ? Difference.of(parties) : null;
  }

  private static EffectReport.Counts counts(
      List<Membership> rows,
      List<Membership> wanted,
      List<Followed> followed,
      Set<Long> reached,
      int attempts) {
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
        attempts);
  }

  /**
   * Of all that were assigned, then by path and month, where they have twenty parties or more. One
   * that fails hides the numbers: what loses parties of one arm there is in the whole too.
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
              : Objects.requireNonNullElse(one.member().segment(), "(none)");
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
                      !hidden
                          && units.size() >= FEWEST_OF_A_SLICE
                          && Difference.possible(units)
                          && !SampleRatio.of(units).fails();
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
