package dev.holdfast.model;

import dev.holdfast.platform.DatabaseWatch;
import dev.holdfast.platform.Rounds;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Says which model this replica serves, and whether its stored files are still those that were
 * signed. Down only if there is a champion and this replica has no model to serve in its place.
 */
@Readiness
@ApplicationScoped
class ChampionHealth implements HealthCheck {

  private static final Logger LOG = Logger.getLogger(ChampionHealth.class);

  private final ModelRegistry models;
  private final Rounds rounds;
  private final DatabaseWatch database;

  ChampionHealth(ModelRegistry models, DatabaseWatch database, Rounds rounds) {
    this.models = models;
    this.database = database;
    this.rounds = rounds;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder health = HealthCheckResponse.named("model");
    if (database.away()) {
      // To ask would take long, and the database's own check says that it is away.
      return health.up().withData("serves", "not known while the database is away").build();
    }
    try {
      health
          .up()
          .withData(
              "serves", models.champion().map(one -> one.model().version()).orElse("none yet"));
      models.trouble().ifPresent(words -> health.withData("trouble", words));
    } catch (BadModel unreadable) {
      health.down().withData("trouble", String.valueOf(unreadable.getMessage()));
    }
    return health.build();
  }

  @Scheduled(
      every = "{holdfast.model.verify-every:10m}",
      delayed = "1m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void verify() {
    rounds.round(LOG, "The champion's files could not be verified", models::verifyChampion);
  }
}
