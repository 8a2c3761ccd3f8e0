package dev.holdfast.stream;

import com.sun.management.OperatingSystemMXBean;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventJson;
import dev.holdfast.platform.Topics;
import dev.holdfast.training.BenchModel;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * From the log to the commit: events that lie in Kafka, of customers who have a history, until they
 * are stored, applied, scored and their timers set. Beside it, in the same run, what the database
 * takes to load the same rows of {@code event} and nothing else, and a consumer that discards.
 */
public final class PipelineBench {

  private static final OperatingSystemMXBean MACHINE =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final int POLL_MILLIS = 20;
  private static final double NOT_MOVING_SECONDS = 60;

  private PipelineBench() {}

  /**
   * Measures once and prints.
   *
   * @param customers with a history
   * @param history events of each
   * @param events measured; a fifth more goes before, to warm up
   */
  public static void run(int customers, int history, int events) throws Exception {
    BenchModel model = BenchModel.get();
    int warm = Math.max(20_000, events / 5);
    Instant start =
        Instant.now()
            .truncatedTo(ChronoUnit.SECONDS)
            .minus(Duration.ofMillis(warm + events).plusSeconds(120));
    MadeUpTraffic traffic = new MadeUpTraffic(customers, history, start);
    try (Installation installation = Installation.start(model)) {
      System.err.println("loading " + customers + " customers");
      installation.load(traffic, model.load());
      double loadData = events / installation.loadDataSeconds(traffic, warm, warm + events);
      System.err.println("sending " + (warm + events) + " events");
      send(installation, traffic, 0, warm + events);
      double raw = (warm + events) / discardSeconds(installation, warm + events);
      Map<String, Double> before;
      Map<String, Double> after;
      double[] seconds = new double[4];
      try (Connection connection = installation.database().getConnection();
          Service service = installation.serve()) {
        awaitApplied(connection, warm);
        before = service.metrics();
        long from = applied(connection);
        double service0 = service.processorSeconds();
        double database0 = Installation.databaseSeconds();
        double broker0 = ourSeconds();
        long begun = System.nanoTime();
        awaitApplied(connection, warm + events);
        seconds[0] = (System.nanoTime() - begun) / 1e9;
        seconds[1] = service.processorSeconds() - service0;
        seconds[2] = Installation.databaseSeconds() - database0;
        seconds[3] = ourSeconds() - broker0;
        after = service.metrics();
        double applied = (double) warm + events - from;
        print(customers, history, applied, seconds, loadData, raw);
        stages(before, after, applied, seconds[0]);
        check(connection, customers, history, warm + events);
      }
    }
  }

  private static void print(
      int customers, int history, double events, double[] seconds, double loadData, double raw) {
    double rate = events / seconds[0];
    System.out.println(
        "| customers | stored events | events | wall, s | events/s | processor us an event: service"
            + " | database | broker | LOAD DATA, rows/s | of it | discarding consumer, events/s | of it"
            + " |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|");
    System.out.printf(
        Locale.ROOT,
        "| %,d | %,d | %,.0f | %.1f | %,.0f | %.0f | %.0f | %.0f | %,.0f | %.3f | %,.0f | %.4f |%n%n",
        customers,
        (long) customers * history,
        events,
        seconds[0],
        rate,
        seconds[1] / events * 1e6,
        seconds[2] / events * 1e6,
        seconds[3] / events * 1e6,
        loadData,
        rate / loadData,
        raw,
        rate / raw);
  }

  private static void stages(
      Map<String, Double> before, Map<String, Double> after, double events, double wall) {
    System.out.println("| stage | s | us an event | share of the workers' time |");
    System.out.println("|---|---|---|---|");
    double all = 0;
    for (Stages.Stage stage : Stages.Stage.values()) {
      all += spent(before, after, stage);
    }
    for (Stages.Stage stage : Stages.Stage.values()) {
      double spent = spent(before, after, stage);
      System.out.printf(
          Locale.ROOT,
          "| %s | %.1f | %.1f | %.0f %% |%n",
          stage.name().toLowerCase(Locale.ROOT),
          spent,
          spent / events * 1e6,
          100 * spent / all);
    }
    double batches =
        of("count", after, Stages.Stage.COMMIT) - of("count", before, Stages.Stage.COMMIT);
    System.out.printf(
        Locale.ROOT,
        "%n%.0f batches of %.0f events; %.2f workers busy on average; heap %.0f MiB, garbage"
            + " included.%n",
        batches,
        events / batches,
        all / wall,
        Service.heapMegabytes(after));
  }

  /** Seconds that the workers gave to a stage between two looks. */
  static double spent(Map<String, Double> before, Map<String, Double> after, Stages.Stage stage) {
    return of("sum", after, stage) - of("sum", before, stage);
  }

  private static double of(String what, Map<String, Double> metrics, Stages.Stage stage) {
    String label = "stage=\"" + stage.name().toLowerCase(Locale.ROOT) + "\"";
    return metrics.entrySet().stream()
        .filter(e -> e.getKey().startsWith("holdfast_batch_seconds_" + what))
        .filter(e -> e.getKey().contains(label))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  private static void check(Connection connection, int customers, int history, int news)
      throws Exception {
    long stored = Installation.number(connection, "SELECT COUNT(*) FROM event");
    long wanted = (long) customers * history + news;
    long put = Installation.number(connection, "SELECT COUNT(*) FROM quarantine");
    if (stored != wanted || put != 0) {
      throw new IllegalStateException(
          "stored " + stored + " of " + wanted + " events, put aside " + put);
    }
  }

  /** Processor seconds of this process, which holds the broker. */
  static double ourSeconds() {
    return MACHINE.getProcessCpuTime() / 1e9;
  }

  /** Puts events on the log, of which the first is number {@code from}. */
  static void send(Installation installation, MadeUpTraffic traffic, int from, int to) {
    try (KafkaProducer<byte[], byte[]> producer = producer(installation)) {
      for (int i = from; i < to; i++) {
        producer.send(record(traffic.news(i)));
      }
      producer.flush();
    }
  }

  static ProducerRecord<byte[], byte[]> record(Event event) {
    return new ProducerRecord<>(Topics.EVENTS, Installation.keyOf(event), EventJson.write(event));
  }

  static KafkaProducer<byte[], byte[]> producer(Installation installation) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            installation.bootstrap(),
            "acks",
            "all",
            "linger.ms",
            "5",
            "compression.type",
            "lz4"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static double discardSeconds(Installation installation, int events) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                installation.bootstrap(),
                "group.id",
                "discards",
                "auto.offset.reset",
                "earliest",
                "max.poll.records",
                "2000"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(Topics.EVENTS));
      int seen = 0;
      long begun = 0;
      while (seen < events) {
        int polled = consumer.poll(Duration.ofSeconds(1)).count();
        if (begun == 0 && polled > 0) {
          begun = System.nanoTime();
        }
        seen += polled;
      }
      return (System.nanoTime() - begun) / 1e9;
    }
  }

  static long applied(Connection connection) throws Exception {
    return Installation.number(
        connection, "SELECT COALESCE(SUM(next_offset), 0) FROM partition_progress");
  }

  /** Waits until so many events are committed, counted from the first there ever was. */
  static void awaitApplied(Connection connection, long wanted) throws Exception {
    long best = 0;
    long moved = System.nanoTime();
    while (true) {
      long now = applied(connection);
      if (now >= wanted) {
        return;
      }
      if (now > best) {
        best = now;
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > NOT_MOVING_SECONDS * 1e9) {
        throw new IllegalStateException("applied " + now + " of " + wanted + " and stands still");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
