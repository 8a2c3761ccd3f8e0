package dev.holdfast.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.holdfast.activity.ChurnKind;
import dev.holdfast.campaign.Exposure;
import dev.holdfast.campaign.Exposures;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.model.BadModel;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.ModelVersion;
import dev.holdfast.model.RegisteredModel;
import dev.holdfast.monitoring.Snapshots.Known;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Leases;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Rounds;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The day's monitoring: takes the snapshot, learns what became of earlier ones, judges each model,
 * and acts on an alarm. Once a business day, by one replica.
 *
 * <p>An alarm asks for a new model. A champion that lost by the rule of {@link
 * Judge#fallBackReason} is proposed to a person for a rollback, or taken out of service at once
 * where the deployment said so ({@code holdfast.monitoring.fall-back}).
 */
@ApplicationScoped
public class Monitoring {

  private static final Logger LOG = Logger.getLogger(Monitoring.class);
  private static final String LEASE = "monitoring";
  private static final Duration LEASE_LENGTH = Duration.ofMinutes(30);
  private static final int CLAIM = 1_000;
  private static final int CLAIMS = 400;
  private static final Duration WEEK = Duration.ofDays(7);
  private static final int WEEKS_SHOWN = 12;
  private static final int WEEKS_LEARNT_FROM = 4;
  private static final int WEEKS_OF_RETURNS = 6;

  private final ModelRegistry models;
  private final Sources sources;
  private final EventStore events;
  private final Exposures exposures;
  private final Snapshots snapshots;
  private final WatchedScores watched;
  private final Judgements judgements;
  private final Consequences consequences;
  private final MonitoringGauges gauges;
  private final Leases leases;
  private final MonitoringConfig config;
  private final BusinessClock clock;
  private final ObjectMapper json;
  private final Rounds rounds;

  Monitoring(
      ModelRegistry models,
      Sources sources,
      EventStore events,
      Exposures exposures,
      Snapshots snapshots,
      WatchedScores watched,
      Judgements judgements,
      Consequences consequences,
      MonitoringGauges gauges,
      Leases leases,
      MonitoringConfig config,
      BusinessClock clock,
      ObjectMapper json,
      Rounds rounds) {
    this.models = models;
    this.sources = sources;
    this.events = events;
    this.exposures = exposures;
    this.snapshots = snapshots;
    this.watched = watched;
    this.judgements = judgements;
    this.consequences = consequences;
    this.gauges = gauges;
    this.leases = leases;
    this.config = config;
    this.clock = clock;
    this.json = json;
    this.rounds = rounds;
  }

  @Scheduled(
      every = "{holdfast.monitoring.every:1m}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    rounds.round(LOG, "The models could not be watched", this::watchToday);
  }

  private void watchToday() {
    Instant today = clock.now().truncatedTo(ChronoUnit.DAYS);
    if (champion().filter(watch -> !watch.judgedAt().isBefore(today)).isEmpty()) {
      run();
    }
    champion().ifPresent(gauges::show);
  }

  /**
   * Does the monitoring of today: the snapshot if it is not taken yet, and all that follows from
   * what is known by now. Doing it again adds what became known in between.
   *
   * @return false if nothing was done: no model serves, or another replica is at it
   */
  public boolean run() {
    Optional<RegisteredModel> champion = models.champion();
    if (champion.isEmpty()) {
      return false;
    }
    return leases
        .holding(
            LEASE,
            LEASE_LENGTH,
            () -> {
              watch(known(champion.get()));
              return true;
            })
        .orElse(false);
  }

  private void watch(Known champion) {
    Instant now = clock.now();
    Optional<Known> previous = models.previousChampion().map(this::known);
    List<Known> challengers = models.challengers().stream().map(this::known).toList();
    Map<Integer, Known> shadows = new LinkedHashMap<>();
    previous.ifPresent(one -> shadows.put(one.id(), one));
    challengers.forEach(one -> shadows.put(one.id(), one));
    shadows.remove(champion.id());
    Map<Integer, Instant> complete = completeThrough();
    if (!snapshots.taken(now)) {
      int taken =
          inTransaction(
              () -> snapshots.take(champion, List.copyOf(shadows.values()), complete, now));
      LOG.infof("%d customers are watched today under %s", taken, champion.model().version());
    }
    learn(complete, now);
    // The newest labels are of horizons that ended so long ago.
    Instant labelled = now.minus(Duration.ofDays(champion.model().priors().churn().settlingDays()));
    inTransaction(() -> judgeWeeks(champion, labelled));
    String previousVersion = previous.map(one -> one.model().version()).orElse(null);
    ModelWatch watch =
        inTransaction(
            () -> {
              List<WeekFigures> weeks =
                  judgements.weeks(champion.id(), Weeks.of(labelled).minusWeeks(WEEKS_SHOWN));
              List<WeekFigures> recent = recent(weeks, labelled);
              ModelWatch judged =
                  judge(champion, previousVersion, shadows.values(), weeks, recent, now);
              judgements.store(champion.id(), judged);
              for (Known shadow : shadows.values()) {
                boolean way = shadow.model().version().equals(previousVersion);
                judgements.store(shadow.id(), judgeShadow(champion, shadow, way, recent, now));
              }
              snapshots.prune(now.minus(config.keep()));
              return judged;
            });
    inTransaction(
        () -> {
          consequences.of(champion.id(), watch);
          return true;
        });
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

  private Known known(RegisteredModel registered) {
    JsonNode metrics =
        models
            .file(registered.id(), "metrics.json")
            .map(
                bytes -> {
                  try {
                    return json.readTree(bytes);
                  } catch (IOException damaged) {
                    LOG.warnf("metrics.json of %s is not JSON", registered.model().version());
                    return MissingNode.getInstance();
                  }
                })
            .orElse(MissingNode.getInstance());
    return new Known(registered, metrics);
  }

  /** Looks what became of the customers of whom more can be known now. */
  private void learn(Map<Integer, Instant> complete, Instant now) {
    Map<Integer, Optional<Known>> champions = championsBySnapshot();
    for (int claim = 0; claim < CLAIMS; claim++) {
      // A customer may be due again at once, when more than one look is behind.
      if (inTransaction(() -> learnSome(champions, complete, now)) == 0) {
        return;
      }
    }
  }

  private int learnSome(
      Map<Integer, Optional<Known>> champions, Map<Integer, Instant> complete, Instant now)
      throws SQLException {
    List<Watched> due = watched.due(complete, now, CLAIM);
    Map<Long, List<Exposure>> ledger = exposures.of(due.stream().map(Watched::customerId).toList());
    List<Watched> looked = new ArrayList<>();
    Map<Watched, Instant> nextDue = new HashMap<>();
    for (Watched row : due) {
      Optional<Known> champion = champions.getOrDefault(row.snapshotId(), Optional.empty());
      if (champion.isEmpty()) {
        looked.add(row.leftOut());
        continue;
      }
      Looked one =
          Looked.at(
              row,
              champion.get().model().priors().churn(),
              champion.get().leadTime(),
              events.historyOf(row.customerId()),
              ledger.getOrDefault(row.customerId(), List.of()));
      looked.add(one.row());
      if (one.nextDue() != null) {
        nextDue.put(one.row(), one.nextDue());
      }
    }
    watched.update(looked, nextDue);
    return due.size();
  }

  /**
   * The champion of each snapshot. One that cannot be read any more cannot say what it called
   * churn.
   */
  private Map<Integer, Optional<Known>> championsBySnapshot() {
    Map<Integer, Optional<Known>> byModel = new HashMap<>();
    Map<Integer, Optional<Known>> bySnapshot = new HashMap<>();
    inTransaction(watched::champions)
        .forEach(
            (snapshot, model) ->
                bySnapshot.put(snapshot, byModel.computeIfAbsent(model, this::readable)));
    return bySnapshot;
  }

  private Optional<Known> readable(int modelId) {
    try {
      return models.byId(modelId).map(this::known);
    } catch (BadModel bad) {
      LOG.warnf("What model %d watched is left out: %s", modelId, bad.getMessage());
      return Optional.empty();
    }
  }

  /** Measures the weeks that have ended and may have more labels than when last measured. */
  private boolean judgeWeeks(Known champion, Instant labelled) throws SQLException {
    LocalDate running = Weeks.of(labelled);
    for (int back = WEEKS_LEARNT_FROM; back >= 1; back--) {
      LocalDate week = running.minusWeeks(back);
      List<Watched> labels =
          watched.matured(champion.id(), Weeks.start(week), Weeks.start(week.plusWeeks(1)));
      Optional<WeekFigures> stored = judgements.week(champion.id(), week);
      long customers = Weeks.onePerCustomer(labels).size();
      if (stored.isPresent() && stored.get().rows() + stored.get().leftOut() == customers) {
        continue;
      }
      IdleRule rule =
          IdleRule.fit(
                  Weeks.onePerCustomer(
                      watched.matured(
                          champion.id(),
                          Weeks.start(week.minusWeeks(WEEKS_LEARNT_FROM)),
                          Weeks.start(week))))
              .orElse(null);
      Map<String, Map<Long, Double>> shadows =
          watched.shadows(champion.id(), Weeks.start(week), Weeks.start(week.plusWeeks(1)));
      Optional<WeekFigures> figures = Weeks.figures(week, labels, rule, shadows, config.seed());
      if (figures.isPresent()) {
        judgements.store(champion.id(), figures.get());
      }
    }
    return true;
  }

  /** What is judged by: a verdict on labels of long ago would stand for ever. */
  private static List<WeekFigures> recent(List<WeekFigures> weeks, Instant labelled) {
    LocalDate oldest = Weeks.of(labelled).minusWeeks(WEEKS_LEARNT_FROM);
    return weeks.stream().filter(week -> !week.week().isBefore(oldest)).toList();
  }

  private ModelWatch judge(
      Known champion,
      @Nullable String previous,
      Collection<Known> shadows,
      List<WeekFigures> weeks,
      List<WeekFigures> recent,
      Instant now)
      throws SQLException {
    List<Verdict> verdicts = new ArrayList<>();
    List<FeatureDrift> drift = judgeDrift(champion, now, verdicts);
    verdicts.add(Judge.calibration(recent));
    List<Watched> labels =
        watched.matured(champion.id(), now.minus(WEEK.multipliedBy(WEEKS_LEARNT_FROM)), now);
    List<Watched> watchedLately =
        watched.watchedSince(champion.id(), now.minus(WEEK.multipliedBy(WEEKS_OF_RETURNS)));
    boolean silence = champion.model().priors().churn().kind() == ChurnKind.SILENCE;
    for (int days : Returns.DAYS) {
      if (!silence) {
        break;
      }
      OptionalDouble shape = Returns.shape(days, labels);
      verdicts.add(
          Judge.returns(
              days,
              shape.isPresent()
                  ? Returns.weekly(days, shape.getAsDouble(), watchedLately)
                  : List.of()));
    }
    verdicts.add(Judge.expected(watched.newestRisks(champion.id())));
    verdicts.add(Judge.idleRule(recent));
    for (Known shadow : shadows) {
      String version = shadow.model().version();
      verdicts.add(
          asksTheSame(champion, shadow)
              ? Judge.rival(version, version.equals(previous), recent)
              : otherQuestion(version));
    }
    boolean comparable =
        shadows.stream()
            .anyMatch(one -> one.model().version().equals(previous) && asksTheSame(champion, one));
    String proposal =
        Judge.fallBackReason(recent, previous, comparable)
            .map(reason -> "Fall back to " + previous + ": " + reason)
            .orElse(null);
    return ModelWatch.of(
        champion.model().version(), ModelWatch.CHAMPION, now, proposal, verdicts, drift, weeks);
  }

  private ModelWatch judgeShadow(
      Known champion, Known shadow, boolean previous, List<WeekFigures> recent, Instant now)
      throws SQLException {
    List<Verdict> verdicts = new ArrayList<>();
    List<FeatureDrift> drift = judgeDrift(shadow, now, verdicts);
    String version = shadow.model().version();
    verdicts.add(
        asksTheSame(champion, shadow)
            ? Judge.challenge(version, champion.model().version(), recent)
            : otherQuestion(version));
    return ModelWatch.of(
        version,
        previous ? ModelWatch.PREVIOUS : ModelWatch.CHALLENGER,
        now,
        null,
        verdicts,
        drift,
        List.of());
  }

  /** Labels are the champion's; a model with another idea of churn cannot be judged by them. */
  private static boolean asksTheSame(Known champion, Known other) {
    return champion.model().priors().churn().equals(other.model().priors().churn())
        && champion.leadTime().equals(other.leadTime());
  }

  private static Verdict otherQuestion(String version) {
    return Verdict.unknown(
        Judge.RIVAL + version,
        version + " calls something else churn than the champion; they cannot be compared.");
  }

  private List<FeatureDrift> judgeDrift(Known known, Instant now, List<Verdict> verdicts)
      throws SQLException {
    Counts counts = snapshots.countsSince(known.id(), now.minus(WEEK));
    Reference reference = snapshots.reference(known);
    List<FeatureDrift> drift = Judge.featureDrift(reference, counts);
    verdicts.add(Judge.riskDrift(reference, counts));
    verdicts.add(Judge.featuresDrift(reference, drift, counts.customers()));
    return drift;
  }

  /** What was last said of the champion; empty before the first judgement. */
  public Optional<ModelWatch> champion() {
    return models.champion().flatMap(one -> judgements.newest(one.id()));
  }

  /**
   * What was last said of a model.
   *
   * @throws Problem 404 if there is no such model, or it was never watched
   */
  public ModelWatch of(String version) {
    if (models.list().stream().map(ModelVersion::version).noneMatch(version::equals)) {
      throw Problem.notFound("There is no model " + version);
    }
    return judgements
        .newest(version)
        .orElseThrow(
            () ->
                Problem.notFound(
                    version
                        + " has not been watched: only the champion, the one before it and"
                        + " challengers are"));
  }

  private static <T> T inTransaction(Callable<T> work) {
    return QuarkusTransaction.requiringNew().timeout(1_800).call(work);
  }
}
