package dev.holdfast.stream;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.campaign.Triggers;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.SystemClock;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.KnownSilence;
import dev.holdfast.scoring.RescorePages;
import dev.holdfast.scoring.RescorePages.Member;
import dev.holdfast.scoring.RescoreRun;
import dev.holdfast.scoring.Rescored;
import dev.holdfast.scoring.Rescores;
import dev.holdfast.scoring.RiskJournal;
import dev.holdfast.scoring.Scorer;
import dev.holdfast.scoring.ScoringConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Judges all customers anew, page by page, while events and timers go on. A page is read and scored
 * without a lock, then written in one go where nothing has changed meanwhile; whatever changed was
 * judged by the new judge already. Replicas share a run by taking pages; the page of one that dies
 * is free again.
 */
@ApplicationScoped
class FullRescore {

  private static final Logger LOG = Logger.getLogger(FullRescore.class);

  /** How far the log is consumed is asked for so often: it decides whether to wait. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private static final int SECONDS_A_PAGE = 120;

  private final Rescores rescores;
  private final RescorePages pages;
  private final SilenceWatch silence;
  private final SilentScoring scoring;
  private final Retiming retiming;
  private final Scorer scorer;
  private final RiskJournal journal;
  private final Triggers triggers;
  private final ModelRegistry models;
  private final ScoringConfig config;
  private final BusinessClock clock;
  private final SystemClock system;
  private final MeterRegistry metrics;

  private long seenRun;
  private Instant seenAt = Instant.MIN;
  private Instant lookedAt = Instant.MIN;
  private volatile KnownSilence known = KnownSilence.none();

  FullRescore(
      Rescores rescores,
      RescorePages pages,
      SilenceWatch silence,
      SilentScoring scoring,
      Retiming retiming,
      Scorer scorer,
      RiskJournal journal,
      Triggers triggers,
      ModelRegistry models,
      ScoringConfig config,
      BusinessClock clock,
      SystemClock system,
      MeterRegistry metrics) {
    this.rescores = rescores;
    this.pages = pages;
    this.silence = silence;
    this.scoring = scoring;
    this.retiming = retiming;
    this.scorer = scorer;
    this.journal = journal;
    this.triggers = triggers;
    this.models = models;
    this.config = config;
    this.clock = clock;
    this.system = system;
    this.metrics = metrics;
  }

  /**
   * Works while there are pages, nothing more urgent waits, and {@code goOn} holds. Several threads
   * share a run as replicas do.
   */
  void work(BooleanSupplier goOn) {
    while (goOn.getAsBoolean()) {
      Optional<RescoreRun> run = rescores.unfinished();
      if (run.isEmpty() || models.champion().isEmpty() || !opened(run.get())) {
        return;
      }
      if (run.get().open() && (mustYield() || !workOnPage(run.get()))) {
        return;
      }
    }
  }

  /** Opens a run once every replica must have noticed what it is about. */
  private synchronized boolean opened(RescoreRun run) {
    if (run.open()) {
      return true;
    }
    if (seenRun != run.id()) {
      seenRun = run.id();
      seenAt = system.now();
    }
    if (system.now().isBefore(seenAt.plus(config.spread()))) {
      return false;
    }
    rescores.open(run, clock.now());
    return true;
  }

  private synchronized boolean mustYield() {
    Instant now = system.now();
    if (!now.isBefore(lookedAt.plus(LOOK_EVERY))) {
      known = silence.look();
      lookedAt = now;
    }
    return !silence.everywhere() || silence.behind() > config.yieldAbove();
  }

  /** False if no page is to be had. */
  private boolean workOnPage(RescoreRun run) {
    int customers =
        QuarkusTransaction.requiringNew().timeout(SECONDS_A_PAGE).call(() -> scorePage(run));
    if (customers < 0) {
      if (rescores.finish(run)) {
        LOG.infof("All customers are scored anew");
      }
      return false;
    }
    metrics.counter("holdfast.scores", "by", "rescore").increment(customers);
    return true;
  }

  /** How many customers the page had; -1 if there is none. */
  private int scorePage(RescoreRun run) {
    Optional<RescoreRun.Page> page = rescores.claim(run);
    if (page.isEmpty()) {
      return -1;
    }
    KnownSilence known = this.known;
    OperationalCalendar calendar = retiming.inForce();
    Scorer.Session session = scorer.session();
    List<Member> members = pages.read(run, page.get());
    Set<Long> inEpisode =
        triggers.inEpisode(members.stream().map(member -> member.state().customerId()).toList());
    Map<Long, Rescored> scored = new HashMap<>();
    List<Member> changed = new ArrayList<>();
    List<Long> oneByOne = new ArrayList<>();
    Instant now = session.now();
    for (Member member : members) {
      CustomerState state = member.state();
      if (known.timerDue(state, now) || state.judgedAfterHold()) {
        // Its timer judges it by the new judge, and tells silence from the change.
        continue;
      }
      // What changes the state itself needs its lock.
      if (inEpisode.contains(state.customerId())
          || state.activity().rebuildDue()
          || !state.activity().calendar().equals(calendar)) {
        oneByOne.add(state.customerId());
        continue;
      }
      session
          .score(state, SilentScoring.counted(state, known))
          .ifPresent(one -> scored.put(state.customerId(), one));
      if (state.score() != null || member.score() != null) {
        changed.add(member);
      }
    }
    Set<Long> unchangedSince = pages.lockUnchanged(changed);
    pages.write(
        changed.stream()
            .map(Member::state)
            .filter(state -> unchangedSince.contains(state.customerId()))
            .toList());
    scored.keySet().retainAll(unchangedSince);
    journal.record(scored.values());
    if (!oneByOne.isEmpty()) {
      scoring.quietly(oneByOne, known, now);
    }
    rescores.done(page.get());
    return members.size();
  }
}
