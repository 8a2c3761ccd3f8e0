package dev.holdfast.warning;

import dev.holdfast.calendar.Calendars;
import dev.holdfast.event.CustomersOfSources;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Leases;
import dev.holdfast.platform.Rounds;
import dev.holdfast.platform.SystemClock;
import dev.holdfast.warning.FeedJudge.Finding;
import dev.holdfast.warning.FeedJudge.Gap;
import dev.holdfast.warning.FeedJudge.Judgement;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Watches the feeds: is it the customers who are silent, or the data? One replica at a time looks.
 *
 * <p>A feed that is silent, thin or shifted has one incident, and while that is held the feed is
 * doubted: its watermark stands still, so that no timer of its customers acts. The incident ends by
 * itself once the data are back and complete, or by a person's word; the watermark is then what was
 * reported meanwhile, and the next sweep of the timers acts on what is due.
 */
@ApplicationScoped
public class FeedWatch {

  private static final Logger LOG = Logger.getLogger(FeedWatch.class);
  private static final String LEASE = "feeds";
  private static final Duration LEASE_LENGTH = Duration.ofMinutes(5);
  private static final int ADD_UPS = 100;
  private static final int MOST_FEEDS = 1_000;
  private static final String NORMAL = "normal";

  private final Sources sources;
  private final CustomersOfSources customers;
  private final FeedStore store;
  private final Incidents incidents;
  private final Calendars calendars;
  private final WarningGauges gauges;
  private final Leases leases;
  private final FeedsConfig config;
  private final BusinessClock clock;
  private final SystemClock system;
  private final Rounds rounds;

  private Map<Integer, Long> counted = Map.of();
  private Instant countedAt = Instant.EPOCH;

  FeedWatch(
      Sources sources,
      CustomersOfSources customers,
      FeedStore store,
      Incidents incidents,
      Calendars calendars,
      WarningGauges gauges,
      Leases leases,
      FeedsConfig config,
      BusinessClock clock,
      SystemClock system,
      Rounds rounds) {
    this.sources = sources;
    this.customers = customers;
    this.store = store;
    this.incidents = incidents;
    this.calendars = calendars;
    this.gauges = gauges;
    this.leases = leases;
    this.config = config;
    this.clock = clock;
    this.system = system;
    this.rounds = rounds;
  }

  @Scheduled(
      every = "{holdfast.feeds.every:30s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    rounds.round(
        LOG,
        "The feeds could not be watched",
        () -> {
          look();
          gauges.show(sources.all(), incidents.list(false, MOST_FEEDS), clock.now());
        });
  }

  /**
   * Looks at all feeds now.
   *
   * @return false if nothing was done because another replica is at it
   */
  public boolean look() {
    return leases
        .holding(
            LEASE,
            LEASE_LENGTH,
            () -> {
              watch(clock.now());
              return true;
            })
        .orElse(false);
  }

  private void watch(Instant now) {
    boolean all = false;
    for (int i = 0; i < ADD_UPS && !all; i++) {
      all = QuarkusTransaction.requiringNew().call(() -> store.addUp(now));
    }
    Map<Integer, Long> covered = covered();
    List<Source> feeds = feeds(covered);
    FeedJudge judge = new FeedJudge(config, feeds.size());
    for (Source feed : feeds) {
      long count = covered.getOrDefault(feed.id(), 0L);
      QuarkusTransaction.requiringNew().run(() -> watch(judge, feed.name(), count, now));
    }
    QuarkusTransaction.requiringNew().run(() -> store.prune(now));
  }

  /** Customers by source; counting reads an index over all of them, so it is not done each time. */
  private synchronized Map<Integer, Long> covered() {
    Instant now = system.now();
    if (!now.isBefore(countedAt.plus(config.countEvery()))) {
      counted = customers.count();
      countedAt = now;
    }
    return counted;
  }

  /** Those whose silence would be taken for their customers', or was until now. */
  private List<Source> feeds(Map<Integer, Long> covered) {
    return sources.all().stream()
        .filter(source -> covered.containsKey(source.id()) || source.feed().incident() != null)
        .limit(MOST_FEEDS)
        .toList();
  }

  private void watch(FeedJudge judge, String name, long count, Instant now) {
    Source source = sources.byName(name).orElseThrow();
    Incident open = incidents.openOf(source).orElse(null);
    FeedStore.Memory memory = store.memory(source.id());
    Map<FeedCondition, Finding> findings = judge(judge, source, open, memory, now).findings();
    Set<FeedCondition> raised = having(findings, Finding::raised);
    Set<FeedCondition> clear = having(findings, Finding::clear);

    Set<FeedCondition> muted = EnumSet.noneOf(FeedCondition.class);
    muted.addAll(memory.muted());
    muted.removeAll(clear);
    Set<FeedCondition> wrong = EnumSet.noneOf(FeedCondition.class);
    wrong.addAll(raised);
    wrong.removeAll(muted);
    if (open != null) {
      open.conditions().stream().filter(one -> !clear.contains(one)).forEach(wrong::add);
    }
    boolean silent = wrong.contains(FeedCondition.SILENT) && raised.contains(FeedCondition.SILENT);
    boolean returns = !silent && open != null && open.conditions().contains(FeedCondition.SILENT);
    remember(source, memory, now, silent, returns, muted);

    Instant heldThrough = source.watermark().heldThrough();
    if (heldThrough != null && clear.contains(FeedCondition.SILENT)) {
      sources.completeThrough(source.name(), heldThrough);
    }
    Incident incident = settle(source, open, wrong, silent, findings, count, now);
    String health = wrong.isEmpty() ? NORMAL : FeedCondition.write(wrong);
    boolean doubted = incident != null && incident.held();
    Long number = incident == null ? null : Long.valueOf(incident.id());
    sources.watched(source.id(), health, count, number, doubted);
  }

  private Judgement judge(
      FeedJudge judge,
      Source source,
      @Nullable Incident open,
      FeedStore.Memory memory,
      Instant now) {
    Instant gapEnd = memory.gapEnd();
    Gap gap =
        open == null || gapEnd == null || !open.conditions().contains(FeedCondition.SILENT)
            ? null
            : new Gap(open.since(), gapEnd, memory.filledAt());
    return judge.judge(
        source,
        new FeedPast(source.cadence(), store.hours(source.id(), now)),
        gap,
        store.explained(source.id()),
        calendars.inForce(),
        now);
  }

  /**
   * A gap ends when the feed was last seen silent; settling begins when it is first seen not to be.
   */
  private void remember(
      Source source,
      FeedStore.Memory before,
      Instant now,
      boolean silent,
      boolean returns,
      Set<FeedCondition> muted) {
    Instant gapEnd = silent ? now : before.gapEnd();
    Instant filledAt = before.filledAt();
    if (returns && gapEnd != null && (filledAt == null || filledAt.isBefore(gapEnd))) {
      filledAt = now;
    }
    FeedStore.Memory after = new FeedStore.Memory(gapEnd, filledAt, muted);
    if (!after.equals(before)) {
      store.remember(source.id(), after);
    }
  }

  /** Opens, follows or ends the incident; the open one afterwards, null for none. */
  private @Nullable Incident settle(
      Source source,
      @Nullable Incident open,
      Set<FeedCondition> wrong,
      boolean silent,
      Map<FeedCondition, Finding> findings,
      long count,
      Instant now) {
    if (wrong.isEmpty()) {
      if (open != null) {
        incidents.end(open.id(), now, Incidents.ITSELF, "the data are back and complete");
        LOG.infof("Incident %d is over: %s reports again", open.id(), source.name());
      }
      return null;
    }
    String words = words(wrong, findings);
    Instant holdUntil = now.plus(config.holdAtMost());
    if (open == null) {
      Instant since =
          wrong.stream()
              .map(one -> required(findings, one).since())
              .min(Instant::compareTo)
              .orElse(now);
      Optional<Incident> opened =
          incidents.open(source, wrong, words, count, since, holdUntil, now);
      opened.ifPresent(one -> LOG.warnf("Incident %d: %s", one.id(), words));
      return opened.or(() -> incidents.openOf(source)).orElse(null);
    }
    Instant held = open.holdUntil();
    Instant until = silent || held == null ? holdUntil : held;
    // A fault of ours is no silence of theirs, however long it lasts.
    boolean hold = open.ours() || now.isBefore(until);
    incidents.follow(open, wrong, words, count, until, hold, now);
    return incidents.openOf(source).orElse(null);
  }

  private static String words(Set<FeedCondition> conditions, Map<FeedCondition, Finding> findings) {
    return conditions.stream()
        .map(one -> required(findings, one).words())
        .filter(words -> !words.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private static Finding required(Map<FeedCondition, Finding> findings, FeedCondition condition) {
    Finding finding = findings.get(condition);
    return finding == null ? new Finding(false, false, Instant.MAX, "") : finding;
  }

  private static Set<FeedCondition> having(
      Map<FeedCondition, Finding> findings, Predicate<Finding> what) {
    Set<FeedCondition> found = EnumSet.noneOf(FeedCondition.class);
    findings.forEach(
        (condition, finding) -> {
          if (what.test(finding)) {
            found.add(condition);
          }
        });
    return found;
  }

  /** What is wrong with each feed, by its name, as of the last look; nothing if it is in order. */
  public Map<String, Set<FeedCondition>> conditions() {
    Map<String, Set<FeedCondition>> conditions = new TreeMap<>();
    feeds(covered()).forEach(source -> conditions.put(source.name(), conditions(source)));
    return conditions;
  }

  private static Set<FeedCondition> conditions(Source source) {
    String health = source.feed().health();
    return FeedCondition.read(health == null ? "" : health);
  }

  /** How each watched feed does, by name, as of now. */
  public List<FeedReport> reports() {
    Instant now = clock.now();
    Map<Integer, Long> covered = covered();
    List<Source> feeds = feeds(covered);
    FeedJudge judge = new FeedJudge(config, feeds.size());
    List<FeedReport> reports = new ArrayList<>();
    for (Source source : feeds) {
      Judgement judged = judge(judge, source, null, store.memory(source.id()), now);
      reports.add(
          new FeedReport(
              source.name(),
              source.cadence().wireName(),
              source.maxSilence(),
              source.feed().reported(),
              source.watermark().reached(),
              covered.getOrDefault(source.id(), 0L),
              conditions(source),
              source.feed().incident(),
              judged.volume(),
              judged.shares(),
              judged.usualShares()));
    }
    return reports;
  }
}
