package dev.holdfast.stream;

import dev.holdfast.campaign.Intake;
import dev.holdfast.campaign.TriggerForecasts;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.RegisteredModel;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Leases;
import dev.holdfast.platform.Rounds;
import dev.holdfast.platform.SystemClock;
import dev.holdfast.scoring.DueTimers;
import dev.holdfast.scoring.DueTimers.DueTimer;
import dev.holdfast.scoring.KnownSilence;
import dev.holdfast.scoring.Rescores;
import dev.holdfast.scoring.ScoringConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The clock as a source of events: scores the customers whom silence alone has taken to a watched
 * level, and those whose judge changed.
 *
 * <p>A timer acts only when the customer's source is complete past the due instant and the
 * customer's partition is consumed, see {@link SilenceWatch}. Due timers are read in the order of
 * their instants, and a claim of them is one short transaction that takes the rows nobody holds:
 * replicas share the work, and a dead one holds nothing. While nothing is due a tick costs the same
 * for any number of customers.
 */
@ApplicationScoped
public class Timers {

  private static final Logger LOG = Logger.getLogger(Timers.class);
  private static final int CLAIM = 500;

  private static final String COULD_NOT_SWEEP = "The timers could not be swept";

  /** The scheduler's shortest interval is a second, and a timer that waits it out is late. */
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  private static final int CLAIMS_PER_SWEEP = 40;
  private static final String INTAKE_LEASE = "intake";
  private static final Duration INTAKE_LEASE_LENGTH = Duration.ofSeconds(30);

  /**
   * So often are timers read from the beginning. In between, reading starts shortly before what is
   * swept: an old snapshot of somebody's, such as a backup, keeps entries of timers long gone in
   * the index, and each tick would walk through them.
   */
  private static final Duration WHOLE_SWEEP_EVERY = Duration.ofMinutes(1);

  /** Timers set for an instant as recent as this are seen at once even if it is swept already. */
  private static final Duration SWEPT_MARGIN = Duration.ofHours(1);

  private final SilenceWatch silence;
  private final ScoringConfig config;
  private final DueTimers timers;
  private final Rescores rescores;
  private final Retiming retiming;
  private final SilentScoring scoring;
  private final FullRescore fullRescore;
  private final Intake intake;
  private final TriggerForecasts forecasts;
  private final ModelRegistry models;
  private final Leases leases;
  private final BusinessClock clock;
  private final SystemClock system;
  private final MeterRegistry metrics;
  private final Rounds rounds;
  private final Timer latenessSeconds;
  private final Timer idleTick;
  private final Timer busyTick;
  private final AtomicLong due = new AtomicLong();
  private final AtomicLong backlog = new AtomicLong();

  private final Lateness lateness = new Lateness();
  private final Map<Integer, Instant> swept = new HashMap<>();
  private Instant wholeSweepAt = Instant.MIN;
  private @Nullable Integer champion;

  Timers(
      SilenceWatch silence,
      ScoringConfig config,
      DueTimers timers,
      Rescores rescores,
      Retiming retiming,
      SilentScoring scoring,
      FullRescore fullRescore,
      Intake intake,
      TriggerForecasts forecasts,
      ModelRegistry models,
      Leases leases,
      BusinessClock clock,
      SystemClock system,
      MeterRegistry metrics,
      Rounds rounds) {
    this.silence = silence;
    this.config = config;
    this.timers = timers;
    this.rescores = rescores;
    this.retiming = retiming;
    this.scoring = scoring;
    this.fullRescore = fullRescore;
    this.intake = intake;
    this.forecasts = forecasts;
    this.models = models;
    this.leases = leases;
    this.clock = clock;
    this.system = system;
    this.metrics = metrics;
    this.rounds = rounds;
    this.latenessSeconds =
        Timer.builder("holdfast.timer.lateness")
            .description("from when a timer could act to the commit of what it did")
            .publishPercentiles(0.5, 0.99)
            .serviceLevelObjectives(
                Duration.ofMillis(100),
                Duration.ofMillis(250),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofMinutes(5))
            .register(metrics);
    idleTick = tickSeconds("none");
    busyTick = tickSeconds("some");
    metrics.gauge("holdfast.timers.due", due);
    metrics.gauge("holdfast.rescore.backlog", backlog);
  }

  private Timer tickSeconds(String due) {
    return Timer.builder("holdfast.timers.tick")
        .description("one look at the timers and whatever they did")
        .tag("due", due)
        .publishPercentiles(0.5)
        .register(metrics);
  }

  @Scheduled(
      every = "{holdfast.timers.every:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    rounds.round(LOG, COULD_NOT_SWEEP, this::look);
    LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    rounds.round(LOG, COULD_NOT_SWEEP, this::look);
  }

  private void look() {
    Instant begun = system.now();
    boolean acted = tick(!begun.isBefore(wholeSweepAt.plus(WHOLE_SWEEP_EVERY)));
    (acted ? busyTick : idleTick).record(Duration.between(begun, system.now()));
  }

  /**
   * As {@link #onTick}, for the full rescore: it takes minutes and must not hold up the timers. Two
   * at once: while one page is computed the other is written.
   */
  @Scheduled(
      every = "{holdfast.timers.every:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @Scheduled(
      every = "{holdfast.timers.every:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onRescoreTick() {
    rounds.round(LOG, "The rescore could not go on", () -> fullRescore.work(rounds::on));
  }

  /** Acts on everything that is due now, a full rescore included; for commands and tests. */
  public synchronized void sweep() {
    noticeChanges();
    forecasts.heed();
    ring(true);
    fullRescore.work(() -> true);
    rest();
  }

  private synchronized boolean tick(boolean whole) {
    noticeChanges();
    forecasts.heed();
    boolean acted = ring(whole);
    rest();
    return acted;
  }

  private void rest() {
    quietly();
    admit();
  }

  /**
   * Lets the due timers act, the earliest first.
   *
   * @return true if one has
   */
  private boolean ring(boolean whole) {
    Map<Integer, Instant> reported = silence.reported();
    Instant now = clock.now();
    Instant begun = system.now();
    lateness.look(reported, now, begun);
    Map<Integer, Instant> after = whole ? Map.of() : Map.copyOf(swept);
    if (!whole && !timers.any(reported, now, after)) {
      return false;
    }
    KnownSilence known = silence.look();
    boolean allDone = false;
    boolean some = false;
    Set<Long> tried = new HashSet<>();
    for (int claim = 0; claim < CLAIMS_PER_SWEEP && !allDone; claim++) {
      // Rows that somebody holds come up again: read past them.
      List<DueTimer> earliest =
          timers.earliest(known, now, after, CLAIM + tried.size()).stream()
              .filter(timer -> !tried.contains(timer.customerId()))
              .limit(CLAIM)
              .toList();
      allDone = earliest.isEmpty();
      if (!allDone) {
        Set<Long> acted = ring(earliest, known, now);
        some |= !acted.isEmpty();
        earliest.stream()
            .map(DueTimer::customerId)
            .filter(id -> !acted.contains(id))
            .forEach(tried::add);
        forecasts.heed();
      }
    }
    if (allDone && tried.isEmpty()) {
      known.everywhere(now).forEach((id, at) -> swept.put(id, at.minus(SWEPT_MARGIN)));
    }
    if (whole) {
      due.set(timers.due(now));
      if (allDone) {
        // Otherwise the next tick goes on from the beginning: thousands may have been released.
        wholeSweepAt = system.now();
        lateness.swept(known.everywhere(now), begun);
      }
    }
    return some;
  }

  private Set<Long> ring(List<DueTimer> claim, KnownSilence known, Instant now) {
    List<Long> ids = claim.stream().map(DueTimer::customerId).toList();
    Set<Long> acted = QuarkusTransaction.requiringNew().call(() -> scoring.ring(ids, known, now));
    Instant committed = system.now();
    for (DueTimer timer : claim) {
      if (acted.contains(timer.customerId())) {
        latenessSeconds.record(lateness.of(timer.sourceId(), timer.at(), committed));
      }
    }
    metrics.counter("holdfast.scores", "by", "timer").increment(acted.size());
    return acted;
  }

  /** Scores those whose history was imported, once it has settled. */
  private void quietly() {
    if (!rescores.anyQuietlyDue()) {
      return;
    }
    KnownSilence known = silence.look();
    Instant now = clock.now();
    for (int claim = 0; claim < CLAIMS_PER_SWEEP; claim++) {
      List<Long> ids = rescores.quietlyDue(known, CLAIM);
      if (ids.isEmpty()) {
        return;
      }
      QuarkusTransaction.requiringNew().run(() -> scoring.quietly(ids, known, now));
      metrics.counter("holdfast.scores", "by", "request").increment(ids.size());
    }
  }

  private void admit() {
    rescores
        .unfinished()
        .ifPresentOrElse(
            run -> backlog.set(run.open() ? rescores.backlog() : backlog.get()),
            () -> backlog.set(0));
    if (!intake.mayAdmit() || !rescores.idle()) {
      return;
    }
    KnownSilence known = silence.look();
    if (!silence.everywhere() || silence.behind() > config.yieldAbove()) {
      return;
    }
    leases.holding(INTAKE_LEASE, INTAKE_LEASE_LENGTH, () -> intake.admitToday(known));
  }

  /**
   * A promoted model judges everybody anew, quietly; so does one found at start. A new calendar
   * times everybody anew.
   */
  private void noticeChanges() {
    retiming.request();
    Optional<Integer> serving = models.champion().map(RegisteredModel::id);
    if (serving.isPresent() && !serving.get().equals(champion)) {
      if (rescores.requestAllNotBy(serving.get())) {
        LOG.infof("Model %d serves; all customers are scored anew", serving.get());
      }
      champion = serving.get();
    }
  }
}
