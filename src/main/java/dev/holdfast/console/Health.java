package dev.holdfast.console;

import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.DatabaseWatch;
import dev.holdfast.platform.Kept;
import dev.holdfast.platform.SystemClock;
import dev.holdfast.warning.Incident;
import dev.holdfast.warning.Incidents;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.microprofile.context.ManagedExecutor;
import org.jspecify.annotations.Nullable;

/** How the service does, in a line at the foot of every page; looked up once in a few seconds. */
@ApplicationScoped
public class Health {

  private static final Kept.Ages AGES =
      new Kept.Ages(Duration.ZERO, Duration.ofSeconds(5), Duration.ofSeconds(10));

  private static final int MOST = 100;

  private final DatabaseWatch database;
  private final ModelRegistry models;
  private final Incidents incidents;
  private final BusinessClock business;
  private final Supplier<State> seen;

  /**
   * How the service does.
   *
   * @param database false while it does not answer
   * @param model the version that serves, null before the first
   * @param modelTrouble true if the version promoted last cannot be read
   * @param openIncidents of feeds and segments, at most {@value #MOST}
   * @param newIncidents those of them that nobody has acknowledged
   */
  public record State(
      boolean database,
      @Nullable String model,
      boolean modelTrouble,
      int openIncidents,
      int newIncidents,
      Instant businessTime) {

    /** True if nothing waits for anybody. */
    public boolean well() {
      return database && !modelTrouble && newIncidents == 0;
    }
  }

  Health(
      DatabaseWatch database,
      ModelRegistry models,
      Incidents incidents,
      BusinessClock business,
      SystemClock clock,
      ManagedExecutor executor) {
    this.database = database;
    this.models = models;
    this.incidents = incidents;
    this.business = business;
    this.seen = Kept.single(AGES, clock, executor, this::look);
  }

  State state() {
    return seen.get();
  }

  private State look() {
    if (database.away()) {
      return new State(false, null, false, 0, 0, business.now());
    }
    List<Incident> open = incidents.list(false, MOST);
    return new State(
        true,
        models.champion().map(one -> one.model().version()).orElse(null),
        models.trouble().isPresent(),
        open.size(),
        (int) open.stream().filter(one -> one.state() == Incident.State.OPEN).count(),
        business.now());
  }
}
