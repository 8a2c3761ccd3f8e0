package dev.holdfast.platform;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whether the database answers, and whether it is set up so that what it acknowledges stays. A
 * thread asks it twice a second on a connection of its own, so that everybody else can know without
 * asking, waiting, or taking a connection from the pool.
 */
@ApplicationScoped
public class DatabaseWatch {

  private static final Logger LOG = Logger.getLogger(DatabaseWatch.class);
  private static final Duration EVERY = Duration.ofMillis(500);

  /** An answer that takes longer is none: a request needs several, and its caller waits. */
  private static final Duration ANSWERS_WITHIN = Duration.ofMillis(1_500);

  private static final int GIVE_UP_MILLIS = 5_000;

  private final DataSource pool;
  private final String url;
  private final Properties credentials = new Properties();
  private final boolean served;
  private volatile boolean running;
  private volatile boolean failed;
  private volatile boolean asking;
  private volatile long askedAt;
  private volatile @Nullable List<String> wrongSettings;
  private @Nullable Connection connection;

  DatabaseWatch(
      DataSource pool,
      @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
      @ConfigProperty(name = "quarkus.datasource.username") String user,
      @ConfigProperty(name = "quarkus.datasource.password") String password,
      @ConfigProperty(name = "quarkus.http.host-enabled", defaultValue = "true") boolean served) {
    this.served = served;
    this.pool = pool;
    this.url = url;
    credentials.setProperty("user", user);
    credentials.setProperty("password", password);
  }

  /** True while the database does not answer, or takes longer than 1.5 s for the least question. */
  public boolean away() {
    return failed || (asking && System.nanoTime() - askedAt > ANSWERS_WITHIN.toNanos());
  }

  /**
   * What is wrong with the settings of the database, each with its remedy; null while they are not
   * known.
   */
  @Nullable List<String> wrongSettings() {
    return wrongSettings;
  }

  void atStart(@Observes StartupEvent start) {
    if (!served) {
      // A command without a port has nobody to refuse; its own words say what it could not do.
      return;
    }
    running = true;
    var thread = new Thread(this::watch, "database-watch");
    thread.setDaemon(true);
    thread.start();
  }

  void atStop(@Observes ShutdownEvent stop) {
    running = false;
  }

  private void watch() {
    while (running) {
      ask();
      LockSupport.parkNanos(EVERY.toNanos());
    }
    disconnect();
  }

  private void ask() {
    long began = System.nanoTime();
    askedAt = began;
    asking = true;
    try {
      Connection present = connected();
      try (Statement statement = present.createStatement()) {
        statement.execute("DO 1");
      }
      answered(System.nanoTime() - began <= ANSWERS_WITHIN.toNanos(), "it is slow");
    } catch (SQLException refused) {
      disconnect();
      answered(false, refused.getMessage());
    } finally {
      asking = false;
    }
    if (!failed && wrongSettings == null) {
      examine();
    }
  }

  private void answered(boolean inTime, @Nullable String why) {
    if (inTime && failed) {
      LOG.info("The database answers again");
      // It may be another one, or have been started with other settings.
      wrongSettings = null;
    } else if (!inTime && !failed && running) {
      LOG.warnf("The database does not answer (%s); requests are refused until it does", why);
    }
    failed = !inTime;
  }

  private void examine() {
    try (Connection pooled = pool.getConnection()) {
      List<String> wrong = DatabaseSettings.read(pooled).wrong();
      wrong.forEach(one -> LOG.errorf("This service is not ready: %s", one));
      wrongSettings = wrong;
    } catch (SQLException failure) {
      LOG.warnf("The settings of the database cannot be read: %s", failure.getMessage());
    }
  }

  private Connection connected() throws SQLException {
    Connection present = connection;
    if (present == null) {
      present = new org.mariadb.jdbc.Driver().connect(url, credentials);
      if (present == null) {
        throw new SQLException("the driver does not take the address");
      }
      present.setNetworkTimeout(Runnable::run, GIVE_UP_MILLIS);
      connection = present;
    }
    return present;
  }

  private void disconnect() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException already) {
      // It is of no more use in any case.
    }
    connection = null;
  }
}
