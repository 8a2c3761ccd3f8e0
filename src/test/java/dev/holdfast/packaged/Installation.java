package dev.holdfast.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The packaged jar with a data folder of its own, empty at first. Whatever it started is ended by
 * {@link #close}, by process id.
 */
final class Installation implements AutoCloseable {

  static final Duration START_WITHIN = Duration.ofSeconds(150);
  private static final int FIRST_TO_WARN_OF_UNSAFE = 24;
  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
  private static final Pattern SERVES = Pattern.compile("Holdfast serves at (http://\\S+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A process that was started, and the files it writes to. */
  record Running(String command, Process process, Path out, Path err) {

    String stdout() {
      return read(out);
    }

    String stderr() {
      return read(err);
    }

    /** Waits for its end; one that does not end in time fails the test. */
    Ended end(Duration within) {
      long started = System.nanoTime();
      try {
        if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
          return fail(
              "%s did not end within %s; it said:%n%s%n%s", command, within, stdout(), stderr());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return fail("interrupted");
      }
      return new Ended(
          process.exitValue(), stdout(), stderr(), Duration.ofNanos(System.nanoTime() - started));
    }

    /** The operating system ends it at once; nothing of it runs any more. */
    Ended kill() {
      process.destroyForcibly();
      return end(Duration.ofSeconds(20));
    }

    /** What an operator or a node does: SIGTERM. */
    Ended stop(Duration within) {
      process.destroy();
      return end(within);
    }

    private static String read(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        return fail("cannot read " + file, e);
      }
    }
  }

  /** How a process ended, and how long the test waited for that. */
  record Ended(int exit, String out, String err, Duration took) {

    /** The figure that the import printed in the line of {@code label}. */
    long figure(String label) {
      Matcher line = Pattern.compile("(?m)^\\s*" + label + "\\s+([\\d,]+)$").matcher(out);
      assertThat(line.find()).as("a line \"%s\" in:%n%s", label, out).isTrue();
      return Long.parseLong(line.group(1).replace(",", ""));
    }
  }

  private final Path home;
  private final Path logs;
  private final Map<String, String> environment;
  private final List<Running> started = new CopyOnWriteArrayList<>();

  private Installation(Path home, Path logs, Map<String, String> environment) {
    this.home = home;
    this.logs = logs;
    this.environment = environment;
  }

  /** An installation with an empty data folder under {@code target}. */
  static Installation empty(String name) throws IOException {
    return empty(name, Map.of());
  }

  /**
   * As {@link #empty(String)}, whose processes have these variables too. With an external database
   * and broker it can {@link #serve} more than once at a time: each is a replica.
   */
  static Installation empty(String name, Map<String, String> environment) throws IOException {
    assertThat(JAR).as("the packaged jar; mvn verify builds it first").exists();
    Path root = Path.of("target", "it-home-" + name).toAbsolutePath();
    if (Files.exists(root)) {
      try (var paths = Files.walk(root)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    Path logs = Files.createDirectories(root.resolve("logs"));
    return new Installation(root.resolve("home"), logs, environment);
  }

  /** A place for files of the test, beside the data folder. */
  Path folder() {
    return home.resolveSibling(".").normalize();
  }

  /** Starts a command and does not wait for it. */
  Running start(String... arguments) throws IOException {
    return start(Map.of(), arguments);
  }

  private synchronized Running start(Map<String, String> properties, String... arguments)
      throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-Duser.timezone=UTC",
                "-Djdk.serialFilter=!*"));
    if (Runtime.version().feature() >= FIRST_TO_WARN_OF_UNSAFE) {
      // As the launcher does.
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.addAll(List.of("-jar", JAR.toAbsolutePath().toString(), "--home", home.toString()));
    command.addAll(List.of(arguments));
    String number = String.format("%02d-%s", started.size() + 1, arguments[0]);
    Path out = logs.resolve(number + ".out");
    Path err = logs.resolve(number + ".err");
    var builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("HOLDFAST_"));
    builder.environment().putAll(environment);
    var running = new Running(String.join(" ", arguments), builder.start(), out, err);
    started.add(running);
    return running;
  }

  /** Runs a command to its end. */
  Ended run(Duration within, String... arguments) throws IOException {
    return start(arguments).end(within);
  }

  /** Starts the service on a free port and waits until it says where it serves. */
  Service serve() throws IOException {
    return serve(Map.of());
  }

  /** As {@link #serve()}, with system properties of its own. */
  Service serve(Map<String, String> properties) throws IOException {
    long begun = System.nanoTime();
    Running running = start(properties, "serve", "--port", "0");
    String address =
        await("the service to start")
            .atMost(START_WITHIN)
            .pollInterval(Duration.ofMillis(100))
            .failFast(
                () ->
                    assertThat(running.process().isAlive())
                        .as("it runs; it said:%n%s", running.stderr())
                        .isTrue())
            .until(() -> SERVES.matcher(running.stderr()), Matcher::find)
            .group(1);
    return new Service(running, address, Duration.ofNanos(System.nanoTime() - begun));
  }

  /** Two replicas, started at the same time. */
  Service[] serveTwo(Map<String, String> properties) throws Exception {
    CompletableFuture<Service> other =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return serve(properties);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    return new Service[] {serve(properties), other.get()};
  }

  /** A running service and how long its start took. */
  record Service(Running running, String address, Duration startTook) {}

  /** Whether the parts of this process run and are told of in the data folder. */
  boolean ownedBy(Running running) {
    return owner().map(owner -> owner.path("pid").asLong()).orElse(0L) == running.process().pid();
  }

  /** The database of the service that runs, by what it tells of itself in the data folder. */
  Connection database() throws SQLException {
    try {
      return DriverManager.getConnection(
          "jdbc:mariadb://127.0.0.1:"
              + owner().orElseThrow().path("database").asInt()
              + "/holdfast",
          "holdfast",
          Files.readString(home.resolve("database.password")).strip());
    } catch (IOException e) {
      return fail("no service runs on " + home, e);
    }
  }

  private Optional<JsonNode> owner() {
    try {
      return Optional.of(JSON.readTree(Files.readAllBytes(home.resolve("holdfast.lock"))));
    } catch (IOException nobody) {
      return Optional.empty();
    }
  }

  /** The servers that run on this folder's data, whoever started them. */
  List<ProcessHandle> databaseServers() {
    String data = "--datadir=" + home.resolve("mariadb").resolve("data");
    return ProcessHandle.allProcesses()
        .filter(
            process -> {
              try {
                String line = Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
                return List.of(line.split("\0", -1)).contains(data);
              } catch (IOException gone) {
                return false;
              }
            })
        .toList();
  }

  @Override
  public void close() {
    for (Running running : started) {
      running.process().destroyForcibly().onExit().join();
    }
    // Orphans go by themselves where the kernel can tell them to.
    databaseServers().forEach(ProcessHandle::destroy);
  }
}
