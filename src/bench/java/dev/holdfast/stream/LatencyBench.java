package dev.holdfast.stream;

import dev.holdfast.training.BenchModel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * From the moment a producer hands an event over until its effect on the risk is committed, that is
 * until anybody who asks sees it, while events come at a steady rate.
 */
public final class LatencyBench {

  private static final int HISTORY = 16;
  private static final int PARTITIONS = 12;
  private static final int WARM_SECONDS = 30;
  private static final int POLL_MILLIS = 2;

  private LatencyBench() {}

  /** An event on the log and when it was handed over. */
  private record Sent(long offset, long atNanos, boolean counts) {}

  /**
   * Measures and prints.
   *
   * @param customers with a history
   * @param rate events a second
   * @param seconds measured, after half a minute to warm up
   */
  public static void run(int customers, int rate, int seconds) throws Exception {
    BenchModel model = BenchModel.get();
    int events = rate * (WARM_SECONDS + seconds);
    Instant start =
        Instant.now()
            .truncatedTo(ChronoUnit.SECONDS)
            .minus(Duration.ofMillis(events).plusSeconds(120));
    MadeUpTraffic traffic = new MadeUpTraffic(customers, HISTORY, start);
    try (Installation installation = Installation.start(model)) {
      installation.load(traffic, model.load());
      try (Service service = installation.serve()) {
        double before = service.processorSeconds();
        long[] nanos = measure(installation, traffic, rate, events);
        Arrays.sort(nanos);
        System.out.println(
            "| customers | events/s | events | p50, ms | p95 | p99 | p99.9 | most | service's"
                + " processor, cores | heap, MiB |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        System.out.printf(
            Locale.ROOT,
            "| %,d | %,d | %,d | %.0f | %.0f | %.0f | %.0f | %.0f | %.2f | %.0f |%n",
            customers,
            rate,
            nanos.length,
            millis(nanos, 0.5),
            millis(nanos, 0.95),
            millis(nanos, 0.99),
            millis(nanos, 0.999),
            millis(nanos, 1),
            (service.processorSeconds() - before) / (WARM_SECONDS + seconds),
            Service.heapMegabytes(service.metrics()));
      }
    }
  }

  private static double millis(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))] / 1e6;
  }

  private static long[] measure(
      Installation installation, MadeUpTraffic traffic, int rate, int events) throws Exception {
    List<Deque<Sent>> waiting = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      waiting.add(new ArrayDeque<>());
    }
    List<Exception> refused = new ArrayList<>();
    Thread sender = new Thread(() -> send(installation, traffic, rate, events, waiting, refused));
    sender.start();
    List<Long> nanos = new ArrayList<>();
    try (Connection connection = installation.database().getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT partition_no, next_offset FROM partition_progress")) {
      long left = events;
      while (left > 0) {
        try (ResultSet row = select.executeQuery()) {
          long now = System.nanoTime();
          while (row.next()) {
            left -= take(waiting.get(row.getInt(1)), row.getLong(2), now, nanos);
          }
        }
        synchronized (refused) {
          if (!refused.isEmpty()) {
            throw refused.get(0);
          }
        }
        Thread.sleep(POLL_MILLIS);
      }
    }
    sender.join();
    return nanos.stream().mapToLong(Long::longValue).toArray();
  }

  private static int take(Deque<Sent> waiting, long next, long now, List<Long> nanos) {
    int taken = 0;
    synchronized (waiting) {
      while (!waiting.isEmpty() && waiting.peekFirst().offset() < next) {
        Sent one = waiting.removeFirst();
        if (one.counts()) {
          nanos.add(now - one.atNanos());
        }
        taken++;
      }
    }
    return taken;
  }

  private static void send(
      Installation installation,
      MadeUpTraffic traffic,
      int rate,
      int events,
      List<Deque<Sent>> waiting,
      List<Exception> refused) {
    try (KafkaProducer<byte[], byte[]> producer = PipelineBench.producer(installation)) {
      long begun = System.nanoTime();
      for (int i = 0; i < events; i++) {
        long due = begun + (long) (i * 1e9 / rate);
        for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
          Thread.sleep(1);
        }
        boolean counts = i >= rate * WARM_SECONDS;
        // By the plan, so that a sender who is late does not hide what that costs.
        producer.send(
            PipelineBench.record(traffic.news(i)),
            (at, failure) -> {
              if (failure != null) {
                synchronized (refused) {
                  refused.add(failure);
                }
                return;
              }
              Deque<Sent> partition = waiting.get(at.partition());
              synchronized (partition) {
                partition.addLast(new Sent(at.offset(), due, counts));
              }
            });
      }
      producer.flush();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
