package dev.holdfast.platform.embedded;

import dev.holdfast.platform.embedded.DataFolder.Owner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The database and the broker that a process works with: external ones if they are configured, else
 * those of the service that runs on the same data folder, else embedded ones started here and
 * stopped by {@link #close}.
 *
 * <p>{@link #configuration} is what Quarkus needs to know of them, to be set as system properties
 * before it starts.
 */
public final class Parts implements AutoCloseable {

  private static final Duration OWNER_STARTS = Duration.ofSeconds(60);
  private static final int POLL_MILLIS = 250;

  /** Server-prepared statements are 1.7 times as fast on the batch path; no wait is unbounded. */
  private static final String URL_OPTIONS =
      "useServerPrepStmts=true&cachePrepStmts=true&prepStmtCacheSize=400"
          + "&connectTimeout=2000&socketTimeout=60000";

  /**
   * What a process wants.
   *
   * @param home the data folder
   * @param command its name, told to others who want the same folder
   * @param service true if it must own the folder: it runs the stream and serves
   * @param broker false if the database is enough
   * @param size memory of an embedded database
   */
  public record Wanted(
      Path home, String command, boolean service, boolean broker, EmbeddedMariaDb.Size size) {}

  private final @Nullable DataFolder folder;
  private final @Nullable EmbeddedMariaDb database;
  private final @Nullable AutoCloseable broker;
  private final Map<String, String> configuration;
  private final boolean serviceRuns;
  private @Nullable Owner announced;

  private Parts(
      @Nullable DataFolder folder,
      @Nullable EmbeddedMariaDb database,
      @Nullable AutoCloseable broker,
      Map<String, String> configuration,
      boolean serviceRuns) {
    this.folder = folder;
    this.database = database;
    this.broker = broker;
    this.configuration = configuration;
    this.serviceRuns = serviceRuns;
  }

  /**
   * Finds or starts the parts.
   *
   * @param environment HOLDFAST_DB_URL, HOLDFAST_DB_USER, HOLDFAST_DB_PASSWORD, HOLDFAST_KAFKA
   * @param progress told what takes time, one line each
   * @throws PartsUnavailable with a message for the person at the console
   */
  public static Parts obtain(
      Wanted wanted, Map<String, String> environment, Consumer<String> progress) {
    var configuration = new LinkedHashMap<String, String>();
    String url = environment.get("HOLDFAST_DB_URL");
    String kafka = environment.get("HOLDFAST_KAFKA");
    if (url != null) {
      String user = environment.get("HOLDFAST_DB_USER");
      String password = environment.get("HOLDFAST_DB_PASSWORD");
      if (!url.startsWith("jdbc:mariadb://") || user == null || password == null) {
        throw new PartsUnavailable(
            "An external database needs HOLDFAST_DB_URL=jdbc:mariadb://HOST/DATABASE together with"
                + " HOLDFAST_DB_USER and HOLDFAST_DB_PASSWORD.");
      }
      database(configuration, withOptions(url), user, password);
    }
    if (kafka != null) {
      configuration.put("kafka.bootstrap.servers", kafka);
    }
    boolean embedDatabase = url == null;
    boolean embedBroker = kafka == null && wanted.broker();
    if (!embedDatabase && !embedBroker) {
      return new Parts(null, null, null, configuration, false);
    }
    Optional<DataFolder> own = DataFolder.tryOwn(wanted.home());
    if (own.isEmpty()) {
      Owner owner = runningService(wanted, progress);
      if (embedDatabase) {
        database(
            configuration,
            loopback(owner.database()),
            EmbeddedMariaDb.USER,
            DataFolder.databasePasswordOf(wanted.home()));
      }
      if (embedBroker) {
        configuration.put("kafka.bootstrap.servers", "127.0.0.1:" + owner.broker());
      }
      return new Parts(null, null, null, configuration, true);
    }
    return start(own.get(), wanted, embedDatabase, embedBroker, configuration, progress);
  }

  /** Configuration keys and values for Quarkus. */
  public Map<String, String> configuration() {
    return Map.copyOf(configuration);
  }

  /** True if these are the parts of a service that runs, with its stream, in another process. */
  public boolean serviceRuns() {
    return serviceRuns;
  }

  /**
   * A lasting name for the one consumer of an embedded broker; empty if the broker is external.
   *
   * <p>Without it the broker takes a process that was killed for alive until its session ends, 45 s
   * later, and gives its successor on the same folder nothing to do until then.
   */
  public Optional<String> memberName() {
    return broker == null ? Optional.empty() : Optional.of("holdfast-embedded");
  }

  /** Tells commands which port the HTTP server of this process got. */
  public void announceHttp(int port) {
    Owner owner = announced;
    if (folder != null && owner != null) {
      announced = owner.withHttp(port);
      folder.announce(owner.withHttp(port));
    }
  }

  /** Stops what was started here, the broker first. */
  @Override
  public void close() {
    closeAll(broker, database, folder);
  }

  private static Parts start(
      DataFolder folder,
      Wanted wanted,
      boolean embedDatabase,
      boolean embedBroker,
      Map<String, String> configuration,
      Consumer<String> progress) {
    progress.accept(
        "starting "
            + (embedDatabase && embedBroker
                ? "MariaDB and Kafka"
                : embedDatabase ? "MariaDB" : "Kafka")
            + " in "
            + folder.path());
    CompletableFuture<@Nullable AutoCloseable> kafka =
        embedBroker
            ? CompletableFuture.supplyAsync(() -> Broker.start(folder), Parts::inThread)
            : CompletableFuture.completedFuture(null);
    EmbeddedMariaDb database = null;
    try {
      if (embedDatabase) {
        database = EmbeddedMariaDb.start(folder, wanted.size(), progress);
        database(
            configuration, loopback(database.port()), EmbeddedMariaDb.USER, database.password());
      }
      AutoCloseable broker = kafka.join();
      int brokerPort = 0;
      if (broker != null) {
        brokerPort = Broker.port(broker);
        configuration.put("kafka.bootstrap.servers", "127.0.0.1:" + brokerPort);
      }
      var parts = new Parts(folder, database, broker, configuration, false);
      var owner =
          new Owner(
              ProcessHandle.current().pid(),
              wanted.command(),
              wanted.service(),
              database == null ? 0 : database.port(),
              brokerPort,
              0);
      parts.announced = owner;
      folder.announce(owner);
      return parts;
    } catch (PartsUnavailable e) {
      closeAll(kafka.exceptionally(failed -> null).join(), database, folder);
      throw e;
    } catch (CompletionException e) {
      closeAll(null, database, folder);
      if (e.getCause() instanceof PartsUnavailable cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** A thread of our own, because those of the common pool do not see a packaged application. */
  private static void inThread(Runnable start) {
    new Thread(start, "kafka-start").start();
  }

  private static Owner runningService(Wanted wanted, Consumer<String> progress) {
    long deadline = System.nanoTime() + OWNER_STARTS.toNanos();
    boolean told = false;
    while (true) {
      Optional<Owner> owner = DataFolder.ownerOf(wanted.home());
      if (owner.isPresent()) {
        boolean useful = owner.get().service() && !wanted.service() && owner.get().database() > 0;
        if (useful) {
          return owner.get();
        }
        throw new PartsUnavailable(
            "The data folder "
                + wanted.home().toAbsolutePath().normalize()
                + " is in use by `holdfast "
                + owner.get().command()
                + "` (process "
                + owner.get().pid()
                + "). "
                + (owner.get().service()
                    ? "Stop it first, or choose another folder with --home or HOLDFAST_HOME."
                    : "Wait until it ends."));
      }
      if (System.nanoTime() > deadline) {
        throw new PartsUnavailable(
            "The data folder "
                + wanted.home().toAbsolutePath().normalize()
                + " is in use by a process that does not finish starting.");
      }
      if (!told) {
        progress.accept("another process is starting on the same data folder; waiting for it");
        told = true;
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PartsUnavailable("Interrupted.", e);
      }
    }
  }

  private static void database(
      Map<String, String> configuration, String url, String user, String password) {
    configuration.put("quarkus.datasource.jdbc.url", url);
    configuration.put("quarkus.datasource.username", user);
    configuration.put("quarkus.datasource.password", password);
  }

  private static String loopback(int port) {
    return withOptions("jdbc:mariadb://127.0.0.1:" + port + "/holdfast");
  }

  private static String withOptions(String url) {
    // Options given by the operator stand first and so win.
    return url + (url.contains("?") ? "&" : "?") + URL_OPTIONS;
  }

  private static void closeAll(@Nullable AutoCloseable... parts) {
    for (AutoCloseable part : parts) {
      try {
        if (part != null) {
          part.close();
        }
      } catch (Exception e) {
        System.err.println("holdfast: " + e.getMessage());
      }
    }
  }

  /** Keeps Kafka's classes unloaded, and unneeded, where the broker is external. */
  private static final class Broker {

    static AutoCloseable start(DataFolder folder) {
      if (Broker.class.getClassLoader().getResource("kafka/server/KafkaRaftServer.class") == null) {
        throw new PartsUnavailable(
            "This image has no embedded Kafka. Set HOLDFAST_KAFKA to HOST:PORT.");
      }
      return EmbeddedKafka.start(folder);
    }

    static int port(AutoCloseable broker) {
      return ((EmbeddedKafka) broker).port();
    }
  }
}
