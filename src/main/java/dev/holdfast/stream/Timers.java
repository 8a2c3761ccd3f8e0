package dev.holdfast.stream;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.campaign.Intake;
import dev.holdfast.campaign.Triggers;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.RegisteredModel;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Leases;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import dev.holdfast.scoring.Rescored;
import dev.holdfast.scoring.Rescores;
import dev.holdfast.scoring.RiskJournal;
import dev.holdfast.scoring.Scorer;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The clock as a source of events: scores the customers whom silence alone has taken to a watched
 * level, and those whose judge changed.
 *
 * <p>A timer acts only when the customer's source is complete past the due instant and the
 * customer's partition is consumed. The order of reading makes that safe: first how far the sources
 * are complete, then how far the log goes, then what is due. Everything a source had reported by
 * its watermark was then in the log, and the log is applied.
 */
@ApplicationScoped
public class Timers {

  private static final Logger LOG = Logger.getLogger(Timers.class);
  private static final int CLAIM = 500;
  private static final int CLAIMS_PER_SWEEP = 40;
  private static final String INTAKE_LEASE = "intake";
  private static final Duration INTAKE_LEASE_LENGTH = Duration.ofSeconds(30);

  private final Sources sources;
  private final PartitionProgress progress;
  private final Rescores rescores;
  private final CustomerStates states;
  private final Retiming retiming;
  private final Scorer scorer;
  private final RiskJournal journal;
  private final Triggers triggers;
  private final Intake intake;
  private final ModelRegistry models;
  private final Leases leases;
  private final BusinessClock clock;
  private final MeterRegistry metrics;

  private volatile @Nullable Integer champion;
  private volatile boolean started;

  Timers(
      Sources sources,
      PartitionProgress progress,
      Rescores rescores,
      CustomerStates states,
      Retiming retiming,
      Scorer scorer,
      RiskJournal journal,
      Triggers triggers,
      Intake intake,
      ModelRegistry models,
      Leases leases,
      BusinessClock clock,
      MeterRegistry metrics) {
    this.sources = sources;
    this.progress = progress;
    this.rescores = rescores;
    this.states = states;
    this.retiming = retiming;
    this.scorer = scorer;
    this.journal = journal;
    this.triggers = triggers;
    this.intake = intake;
    this.models = models;
    this.leases = leases;
    this.clock = clock;
    this.metrics = metrics;
  }

  void atStart(@Observes StartupEvent start) {
    started = true;
  }

  void atStop(@Observes ShutdownEvent stop) {
    started = false;
  }

  @Scheduled(
      every = "{holdfast.timers.every:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    if (!started) {
      return;
    }
    try {
      sweep();
    } catch (RuntimeException failure) {
      if (started) {
        LOG.warnf(failure, "The timers could not be swept; trying again at the next tick");
      }
    }
  }

  /** Acts on everything that is due now. */
  public void sweep() {
    Map<Integer, Instant> complete = completeThrough();
    Set<Integer> consumed = progress.caughtUp();
    Instant now = clock.now();
    noticeNewChampion();
    if (retiming.requested()) {
      intake.reconsider();
    }
    for (int claim = 0; claim < CLAIMS_PER_SWEEP; claim++) {
      List<Long> due = rescores.timersDue(complete, consumed, now, CLAIM);
      if (due.isEmpty()) {
        break;
      }
      score(due, complete, true, now);
    }
    for (int claim = 0; claim < CLAIMS_PER_SWEEP; claim++) {
      List<Long> due = rescores.quietlyDue(consumed, CLAIM);
      if (due.isEmpty()) {
        break;
      }
      score(due, complete, false, now);
    }
    if (progress.allCaughtUp() && rescores.waiting() == 0) {
      leases
          .tryAcquire(INTAKE_LEASE, INTAKE_LEASE_LENGTH)
          .ifPresent(
              lease -> {
                try {
                  intake.admitToday(complete);
                } finally {
                  leases.release(lease);
                }
              });
    }
  }

  private void score(
      List<Long> customerIds, Map<Integer, Instant> complete, boolean triggering, Instant now) {
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              OperationalCalendar calendar = retiming.inForce();
              Map<Long, CustomerState> locked = states.lock(customerIds);
              Scorer.Session session = scorer.session();
              List<CustomerState> changed = new ArrayList<>();
              List<Rescored> scored = new ArrayList<>();
              for (CustomerState state : locked.values()) {
                // Another replica, or an event, may have been here between the claim and the lock.
                if (triggering ? !timerDue(state, now) : state.rescoreDue() == null) {
                  continue;
                }
                retiming.bring(state, calendar);
                session.score(state, watermark(state, complete)).ifPresent(scored::add);
                changed.add(state);
              }
              states.save(changed);
              journal.record(scored);
              if (triggering) {
                triggers.crossed(scored);
              } else {
                triggers.end(byCustomer(scored), Map.of(), Map.of());
              }
            });
    metrics
        .counter("holdfast.scores", "by", triggering ? "timer" : "request")
        .increment(customerIds.size());
  }

  private static Map<Long, Rescored> byCustomer(List<Rescored> scored) {
    return scored.stream().collect(Collectors.toMap(one -> one.state().customerId(), one -> one));
  }

  private static boolean timerDue(CustomerState state, Instant now) {
    Instant due = state.nextDue();
    return due != null && !due.isAfter(now);
  }

  private static @Nullable Instant watermark(CustomerState state, Map<Integer, Instant> complete) {
    Integer source = state.sourceId();
    return source == null ? null : complete.get(source);
  }

  private Map<Integer, Instant> completeThrough() {
    Map<Integer, Instant> complete = new HashMap<>();
    for (Source source : sources.all()) {
      Instant reached = source.watermark().reached();
      if (reached != null) {
        complete.put(source.id(), reached);
      }
    }
    return complete;
  }

  /** A promoted model judges everybody anew, quietly; so does one found at start. */
  private void noticeNewChampion() {
    Optional<Integer> serving = models.champion().map(RegisteredModel::id);
    if (serving.isPresent() && !serving.get().equals(champion)) {
      long rows =
          QuarkusTransaction.requiringNew().call(() -> rescores.requestAllNotBy(serving.get()));
      LOG.infof("Model %d serves; %d customers are scored anew", serving.get(), rows);
      champion = serving.get();
      intake.reconsider();
    }
  }
}
