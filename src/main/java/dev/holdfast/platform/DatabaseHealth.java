package dev.holdfast.platform;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready only with a database that answers and keeps what it acknowledges. The broker is not asked:
 * without it scores are still served.
 */
@Readiness
@ApplicationScoped
class DatabaseHealth implements HealthCheck {

  private final DatabaseWatch database;

  DatabaseHealth(DatabaseWatch database) {
    this.database = database;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder health = HealthCheckResponse.named("database");
    if (database.away()) {
      return health.down().withData("trouble", "it does not answer").build();
    }
    List<String> wrong = database.wrongSettings();
    if (wrong == null) {
      return health.down().withData("trouble", "its settings are not known yet").build();
    }
    for (int i = 0; i < wrong.size(); i++) {
      health.withData("trouble-" + (i + 1), wrong.get(i));
    }
    return health.status(wrong.isEmpty()).build();
  }
}
