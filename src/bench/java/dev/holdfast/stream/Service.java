package dev.holdfast.stream;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged service as a process of its own, with 1 GB of heap. */
final class Service implements AutoCloseable {

  private static final Pattern SERVES = Pattern.compile("Holdfast serves at (http://\\S+)");
  private static final Pattern OPERATOR = Pattern.compile("(?m)^\\s+operator\\s+(\\S+)$");
  private static final Pattern SAMPLE =
      Pattern.compile("(?m)^([a-z_]+)(\\{[^}]*})? ([-+0-9.eE]+)$");
  private static final int SHOWN_OF_AN_ERROR = 6_000;
  private static final Duration START = Duration.ofSeconds(300);

  private final Process process;
  private final Path log;
  private final String address;
  private final String authorization;
  private final HttpClient http = HttpClient.newHttpClient();

  private Service(Process process, Path log, String address, String password) {
    this.process = process;
    this.log = log;
    this.address = address;
    this.authorization =
        "Basic "
            + Base64.getEncoder()
                .encodeToString(("operator:" + password).getBytes(StandardCharsets.UTF_8));
  }

  static Service start(Path home, String url, String password, String kafka, String... options)
      throws IOException, InterruptedException {
    return start(true, home, url, password, kafka, options);
  }

  /**
   * Starts one.
   *
   * @param first true if it creates the users, of whom the operator then speaks for the benchmark
   */
  static Service start(
      boolean first, Path home, String url, String password, String kafka, String... options)
      throws IOException, InterruptedException {
    Path log = home.resolve("service.log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    command.add("-Duser.timezone=UTC");
    command.addAll(Arrays.asList(options));
    String more = System.getenv("HOLDFAST_JAVA_OPTS");
    if (more != null && !more.isBlank()) {
      command.addAll(List.of(more.strip().split("\\s+")));
    }
    command.addAll(
        List.of(
            "-jar",
            Path.of("target", "quarkus-app", "quarkus-run.jar").toString(),
            "--home",
            home.toString(),
            "serve",
            "--port",
            "0"));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("HOLDFAST_HOME", home.toString());
    builder.environment().put("HOLDFAST_DB_URL", url);
    builder.environment().put("HOLDFAST_DB_USER", "holdfast");
    builder.environment().put("HOLDFAST_DB_PASSWORD", password);
    builder.environment().put("HOLDFAST_KAFKA", kafka);
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    long deadline = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < deadline && process.isAlive()) {
      String said = Files.readString(log);
      Matcher serves = SERVES.matcher(said);
      Matcher operator = OPERATOR.matcher(said);
      if (serves.find() && (operator.find() || !first)) {
        return new Service(process, log, serves.group(1), first ? operator.group(1) : "");
      }
      Thread.sleep(100);
    }
    process.destroyForcibly();
    throw new IllegalStateException("the service did not start:\n" + Files.readString(log));
  }

  String address() {
    return address;
  }

  /** Processor seconds so far. */
  double processorSeconds() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  /** Samples of {@code /q/metrics} by name and labels. */
  Map<String, Double> metrics() throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(address + "/q/metrics"))
                .header("Authorization", authorization)
                .header("Accept", "text/plain")
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException("metrics: " + answer.statusCode() + " " + answer.body());
    }
    Map<String, Double> samples = new TreeMap<>();
    Matcher sample = SAMPLE.matcher(answer.body());
    while (sample.find()) {
      // The plain format ends a list of labels with a comma.
      String labels = sample.group(2) == null ? "" : sample.group(2).replace(",}", "}");
      samples.put(sample.group(1) + labels, Double.parseDouble(sample.group(3)));
    }
    return samples;
  }

  /** Sends a body as the operator. */
  HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(address + path))
            .header("Authorization", authorization)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** The most that the heap held, garbage included, in MiB. */
  static double heapMegabytes(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
            .filter(e -> e.getKey().startsWith("jvm_memory_used_bytes{area=\"heap\""))
            .mapToDouble(Map.Entry::getValue)
            .sum()
        / 1024
        / 1024;
  }

  /** Ends it as a machine that loses its power does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, java.util.concurrent.TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    showErrors();
  }

  /** What went wrong in the service is part of what a benchmark has to say. */
  private void showErrors() {
    try {
      String said = Files.readString(log);
      int error = said.indexOf(" ERROR ");
      if (error >= 0) {
        int from = said.lastIndexOf('\n', error) + 1;
        System.err.println(said.substring(from, Math.min(said.length(), from + SHOWN_OF_AN_ERROR)));
      }
    } catch (IOException e) {
      System.err.println("the log of the service cannot be read: " + e.getMessage());
    }
  }
}
