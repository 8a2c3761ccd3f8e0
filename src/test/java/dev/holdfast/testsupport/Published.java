package dev.holdfast.testsupport;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What the outbox has sent to a topic, as its readers see it. */
public final class Published {

  private static final Duration WITHIN = Duration.ofSeconds(30);

  private Published() {}

  /**
   * Reads a topic from its beginning until enough messages are found, for at most half a minute.
   *
   * @param kafka how to reach the broker
   * @param ours which messages count: other tests of the run write to the same topics
   * @return those found by then, in the order of each partition: fewer than {@code count} where no
   *     more came
   */
  public static List<ConsumerRecord<String, String>> on(
      Map<String, Object> kafka,
      String topic,
      Predicate<ConsumerRecord<String, String>> ours,
      int count) {
    var configuration = new HashMap<String, Object>(kafka);
    configuration.put("group.id", UUID.randomUUID().toString());
    configuration.put("auto.offset.reset", "earliest");
    List<ConsumerRecord<String, String>> found = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(configuration, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      long deadline = System.nanoTime() + WITHIN.toNanos();
      while (found.size() < count && System.nanoTime() < deadline) {
        for (ConsumerRecord<String, String> message : consumer.poll(Duration.ofMillis(500))) {
          if (ours.test(message)) {
            found.add(message);
          }
        }
      }
    }
    return found;
  }

  /** What a message is, such as {@code campaign.paused}. */
  public static String type(ConsumerRecord<String, String> message) {
    return new String(
        message.headers().lastHeader("holdfast-type").value(), StandardCharsets.UTF_8);
  }
}
