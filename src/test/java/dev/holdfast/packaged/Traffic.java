package dev.holdfast.packaged;

import dev.holdfast.platform.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Messages for the topic of events, the same for the same seed: purchases of a month, of which a
 * fifth comes twice and one in twenty days late, and one message in a hundred that is no event.
 * Every third customer stops at some time.
 *
 * @param messages in the order of sending
 * @param good distinct good events
 * @param repeated messages that repeat a good one exactly
 * @param poison messages that are no event
 */
record Traffic(List<Message> messages, long good, long repeated, long poison) {

  static final String SOURCE = "shop";

  private static final Duration SPAN = Duration.ofDays(30);
  private static final double REPEATED = 0.2;
  private static final double LATE = 0.05;
  private static final double POISON = 0.01;
  private static final int EVENTS_PER_CUSTOMER = 20;

  /** One message. */
  record Message(byte @Nullable [] key, byte @Nullable [] value) {

    ProducerRecord<byte[], byte[]> record() {
      return new ProducerRecord<>(Topics.EVENTS, key, value);
    }
  }

  /** The month ends with {@code until}. */
  static Traffic of(int messages, Instant until, long seed) {
    var random = new Random(seed);
    int customers = Math.max(1, messages / EVENTS_PER_CUSTOMER);
    double[] stops = new double[customers];
    for (int i = 0; i < customers; i++) {
      stops[i] = i % 3 == 0 ? random.nextDouble(0.2, 0.9) : 1;
    }
    Instant from = until.minus(SPAN);
    List<Message> all = new ArrayList<>();
    List<Message> good = new ArrayList<>();
    long repeated = 0;
    long poison = 0;
    for (int i = 0; i < messages; i++) {
      double kind = random.nextDouble();
      if (kind < POISON) {
        all.add(poison(i, random));
        poison++;
        continue;
      }
      if (kind < POISON + REPEATED && !good.isEmpty()) {
        all.add(good.get(random.nextInt(good.size())));
        repeated++;
        continue;
      }
      double through = (double) i / messages;
      int customer = random.nextInt(customers);
      if (stops[customer] < through) {
        customer = random.nextInt(customers / 3) * 3 + 1;
      }
      Instant at = from.plusMillis((long) (SPAN.toMillis() * through));
      if (random.nextDouble() < LATE) {
        at = at.minus(random.nextInt(1, 5 * 24), ChronoUnit.HOURS);
      }
      Message message = order("order-" + i, "c" + customer, at, random);
      good.add(message);
      all.add(message);
    }
    return new Traffic(List.copyOf(all), good.size(), repeated, poison);
  }

  /** Sends the messages from one number to another, and waits until all are acknowledged. */
  void send(Producer<byte[], byte[]> producer, int from, int to) {
    for (Message message : messages.subList(from, to)) {
      producer.send(message.record());
    }
    producer.flush();
  }

  /** One good event. */
  static Message order(String id, String customer, Instant at, Random random) {
    return new Message(
        utf8("customer:" + customer),
        utf8(
            "{\"id\":\""
                + id
                + "\",\"source\":\""
                + SOURCE
                + "\",\"customer\":\"customer:"
                + customer
                + "\",\"name\":\"order\",\"kind\":\"purchase\",\"occurredAt\":\""
                + at
                + "\",\"amount\":"
                + random.nextInt(1, 200)
                + ",\"currency\":\"EUR\"}"));
  }

  private static Message poison(int number, Random random) {
    byte[] key = utf8("customer:c" + number);
    String start = "{\"id\":\"p" + number + "\",\"source\":\"" + SOURCE + "\",\"name\":\"order\",";
    String customer = "\"customer\":\"customer:c1\",";
    String time = "\"occurredAt\":\"2026-01-01T00:00:00Z\"";
    return switch (random.nextInt(10)) {
      case 0 -> new Message(key, new byte[0]);
      case 1 -> new Message(key, null);
      case 2 -> new Message(key, utf8("no JSON"));
      case 3 -> new Message(key, new byte[] {(byte) 0xc3, (byte) 0x28});
      case 4 -> new Message(key, utf8("[".repeat(1_000)));
      case 5 -> new Message(key, utf8(start + time + "}"));
      case 6 -> new Message(key, utf8(start + customer + time + ",\"amount\":NaN}"));
      case 7 ->
          new Message(key, utf8(start + customer + "\"occurredAt\":\"2999-01-01T00:00:00Z\"}"));
      case 8 -> new Message(null, utf8(start + customer + customer + time + "}"));
      default -> new Message(key, utf8("{\"id\":\"" + "x".repeat(5_000) + "\"}"));
    };
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
