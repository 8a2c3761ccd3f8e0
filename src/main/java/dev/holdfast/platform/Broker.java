package dev.holdfast.platform;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * The connection to Kafka: one producer for the whole process (acks=all, idempotent), made at its
 * first use, from the configuration keys {@code kafka.*}.
 */
@ApplicationScoped
public class Broker {

  private static final int MAX_BLOCK_MILLIS = 2_000;
  private static final int ADMIN_REQUEST_MILLIS = 5_000;
  private static final int DELIVERY_MILLIS = 25_000;
  private static final int REQUEST_MILLIS = 10_000;
  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final Map<String, Object> settings;
  private final boolean enabled;
  private @Nullable Producer<byte[], byte[]> producer;

  Broker(
      @Identifier("default-kafka-broker") Map<String, Object> settings,
      @ConfigProperty(name = "holdfast.broker.enabled", defaultValue = "true") boolean enabled) {
    this.settings = settings;
    this.enabled = enabled;
  }

  /** False for a command that works on the store alone. */
  public boolean configured() {
    return enabled && settings.containsKey("bootstrap.servers");
  }

  /** The producer, shared and thread-safe; a send blocks at most 2 s and fails within 25 s. */
  public synchronized Producer<byte[], byte[]> producer() {
    Producer<byte[], byte[]> present = producer;
    if (present == null) {
      var configuration = new HashMap<String, Object>(settings);
      configuration.put(ProducerConfig.ACKS_CONFIG, "all");
      configuration.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
      configuration.put(ProducerConfig.LINGER_MS_CONFIG, 5);
      configuration.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
      configuration.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
      configuration.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
      configuration.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
      present =
          new KafkaProducer<>(configuration, new ByteArraySerializer(), new ByteArraySerializer());
      producer = present;
    }
    return present;
  }

  /** A new administration client; the caller closes it. */
  public Admin admin() {
    var configuration = new HashMap<String, Object>(settings);
    configuration.put("request.timeout.ms", ADMIN_REQUEST_MILLIS);
    configuration.put("default.api.timeout.ms", REQUEST_MILLIS);
    return Admin.create(configuration);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @PreDestroy
  synchronized void close() {
    if (producer != null) {
      producer.close(CLOSE);
    }
  }
}
