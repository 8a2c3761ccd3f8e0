package dev.holdfast.stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventJson;
import dev.holdfast.training.BenchModel;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Events over HTTP, 500 a request, until the service has answered that the broker acknowledged
 * them: once with the stream at rest, and once with the stream taking the same events meanwhile.
 */
public final class IntakeBench {

  private static final int REQUEST = 500;
  private static final int HISTORY = 4;

  private IntakeBench() {}

  /**
   * Measures and prints.
   *
   * @param customers whom the events are of
   * @param events measured in each round; a fifth more goes before, to warm up
   * @param clients that send one request after the other
   */
  public static void run(int customers, int events, int clients) throws Exception {
    BenchModel model = BenchModel.get();
    int warm = events / 5;
    Instant start =
        Instant.now()
            .truncatedTo(ChronoUnit.SECONDS)
            .minus(Duration.ofMillis(2L * (warm + events)).plusSeconds(120));
    MadeUpTraffic traffic = new MadeUpTraffic(customers, HISTORY, start);
    try (Installation installation = Installation.start(model)) {
      installation.load(traffic, model.load());
      System.out.println(
          "| stream | clients | events | wall, s | acknowledged, events/s | processor us an event:"
              + " service | broker and clients |");
      System.out.println("|---|---|---|---|---|---|---|");
      round(installation, traffic, "at rest", 0, warm, events, clients);
      round(installation, traffic, "running", warm + events, warm, events, clients);
    }
  }

  private static void round(
      Installation installation,
      MadeUpTraffic traffic,
      String stream,
      int first,
      int warm,
      int events,
      int clients)
      throws Exception {
    List<byte[]> bodies = bodies(traffic, first, warm + events);
    String enabled = "-Dmp.messaging.incoming.events.enabled=" + stream.equals("running");
    try (Service service = installation.serve(enabled)) {
      String key = key(service);
      send(service, key, bodies.subList(0, warm / REQUEST), clients);
      double processor = service.processorSeconds();
      double ours = PipelineBench.ourSeconds();
      double seconds = send(service, key, bodies.subList(warm / REQUEST, bodies.size()), clients);
      System.out.printf(
          Locale.ROOT,
          "| %s | %d | %,d | %.1f | %,.0f | %.1f | %.1f |%n",
          stream,
          clients,
          events,
          seconds,
          events / seconds,
          (service.processorSeconds() - processor) / events * 1e6,
          (PipelineBench.ourSeconds() - ours) / events * 1e6);
    }
  }

  private static List<byte[]> bodies(MadeUpTraffic traffic, int first, int events) {
    List<byte[]> bodies = new ArrayList<>();
    for (int from = first; from < first + events; from += REQUEST) {
      StringBuilder body = new StringBuilder("[");
      for (int i = from; i < from + REQUEST; i++) {
        Event event = traffic.news(i);
        body.append(i == from ? "" : ",")
            .append(new String(EventJson.write(event), StandardCharsets.UTF_8));
      }
      bodies.add(body.append(']').toString().getBytes(StandardCharsets.UTF_8));
    }
    return bodies;
  }

  private static String key(Service service) throws Exception {
    HttpResponse<String> made =
        service.post("/api/v1/keys", "{\"name\":\"bench\",\"roles\":[\"service\"]}");
    if (made.statusCode() != 201) {
      throw new IllegalStateException("no key: " + made.statusCode() + " " + made.body());
    }
    return new ObjectMapper().readTree(made.body()).path("key").asText();
  }

  private static double send(Service service, String key, List<byte[]> bodies, int clients)
      throws Exception {
    AtomicInteger next = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      long begun = System.nanoTime();
      List<Future<?>> all = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        all.add(
            threads.submit(
                () -> {
                  HttpClient http = HttpClient.newHttpClient();
                  for (int i = next.getAndIncrement();
                      i < bodies.size();
                      i = next.getAndIncrement()) {
                    post(http, service.address(), key, bodies.get(i));
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
      return (System.nanoTime() - begun) / 1e9;
    } finally {
      threads.shutdownNow();
    }
  }

  private static void post(HttpClient http, String address, String key, byte[] body)
      throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(address + "/api/v1/events"))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 202) {
      throw new IllegalStateException("refused: " + answer.statusCode() + " " + answer.body());
    }
  }
}
