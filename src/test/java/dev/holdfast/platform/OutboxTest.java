package dev.holdfast.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.testsupport.Published;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OutboxTest {

  private static final String TYPE = "tested";

  @Inject Outbox outbox;
  @Inject OutboxRelay relay;

  @Inject
  @Identifier("default-kafka-broker")
  Map<String, Object> kafka;

  @Test
  void aCommittedMessageIsSentInOrderAndARolledBackOneNever() {
    String committed = UUID.randomUUID().toString();
    String rolledBack = UUID.randomUUID().toString();

    QuarkusTransaction.requiringNew()
        .run(
            () ->
                outbox.addAll(
                    IntStream.range(0, 600).mapToObj(i -> message(committed, i)).toList()));
    assertThatThrownBy(
            () ->
                QuarkusTransaction.requiringNew()
                    .run(
                        () -> {
                          outbox.addAll(List.of(message(rolledBack, 0)));
                          throw new IllegalStateException("rolled back");
                        }))
        .hasMessage("rolled back");
    relay.relay();

    var received = received(600);
    assertThat(received).doesNotContain(rolledBack + ":{\"n\":0}");
    assertThat(received.stream().filter(line -> line.startsWith(committed)))
        .containsExactlyElementsOf(
            IntStream.range(0, 600).mapToObj(i -> committed + ":{\"n\":" + i + "}").toList());
  }

  @Test
  void aMessageNeedsATransaction() {
    assertThatThrownBy(() -> outbox.add(Topics.RISK, "k", "t", Map.of()))
        .isInstanceOf(jakarta.transaction.TransactionalException.class);
  }

  private static OutboxMessage message(String key, int number) {
    return new OutboxMessage(Topics.RISK, key, TYPE, Map.of("n", number));
  }

  private List<String> received(int count) {
    return Published.on(kafka, Topics.RISK, message -> TYPE.equals(Published.type(message)), count)
        .stream()
        .peek(
            message -> assertThat(message.headers().lastHeader("holdfast-id").value()).isNotEmpty())
        .map(message -> message.key() + ":" + message.value())
        .toList();
  }
}
