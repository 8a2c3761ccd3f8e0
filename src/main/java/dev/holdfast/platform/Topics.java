package dev.holdfast.platform;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** The topics of Holdfast; made at start if they are missing, never altered. */
@ApplicationScoped
public class Topics {

  /** What customers did; key: the customer {@code namespace:value}. The one log in. */
  public static final String EVENTS = "holdfast.events";

  /** Changes of risk band or threshold side, whatever the cause; key: the customer. */
  public static final String RISK = "holdfast.risk";

  /** Call tasks opened, changed and closed; key: the party. */
  public static final String CALL_TASKS = "holdfast.call-tasks";

  /** What a person should look at: a campaign that paused itself; key: what it is about. */
  public static final String WARNINGS = "holdfast.warnings";

  private static final Logger LOG = Logger.getLogger(Topics.class);
  private static final int EVENT_PARTITIONS = 12;
  private static final int OTHER_PARTITIONS = 3;
  private static final Duration EVENT_RETENTION = Duration.ofDays(7);

  private final Broker broker;
  private final short replication;

  Topics(
      Broker broker,
      @ConfigProperty(name = "holdfast.topics.replication", defaultValue = "1") short replication) {
    this.broker = broker;
    this.replication = replication;
  }

  // Before the consumers subscribe.
  void atStart(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent start) {
    if (!broker.configured()) {
      return;
    }
    try {
      ensure();
    } catch (IllegalStateException e) {
      // The service must start without its broker and heal when it returns.
      LOG.warnf("The topics could not be checked: %s", e.getMessage());
    }
  }

  /**
   * Makes the topics that are missing.
   *
   * @throws IllegalStateException if the broker does not answer
   */
  public void ensure() {
    try (var admin = broker.admin()) {
      for (var result : admin.createTopics(topics()).values().entrySet()) {
        try {
          result.getValue().get();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof TopicExistsException)) {
            throw new IllegalStateException("topic " + result.getKey() + ": " + e.getMessage(), e);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private List<NewTopic> topics() {
    return List.of(
        new NewTopic(EVENTS, EVENT_PARTITIONS, replication)
            .configs(
                Map.of(
                    TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                    "LogAppendTime",
                    TopicConfig.RETENTION_MS_CONFIG,
                    Long.toString(EVENT_RETENTION.toMillis()))),
        new NewTopic(RISK, OTHER_PARTITIONS, replication),
        new NewTopic(CALL_TASKS, OTHER_PARTITIONS, replication),
        new NewTopic(WARNINGS, OTHER_PARTITIONS, replication));
  }
}
