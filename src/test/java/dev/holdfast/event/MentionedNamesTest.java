package dev.holdfast.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is named by what could not be read. */
class MentionedNamesTest {

  private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
  private static final CustomerName ANNA = CustomerName.of("crm:anna");

  /** As JSON and, without its end, as a text that is none. */
  @ParameterizedTest
  @ValueSource(strings = {"]", ""})
  void theLastOfManyEventsIsFoundAndInstantsAreNoNames(String end) {
    String batch =
        IntStream.rangeClosed(1, 1_000)
            .mapToObj(
                i ->
                    "{\"customer\": \""
                        + (i < 1_000 ? "crm:" + i : ANNA)
                        + "\", \"occurredAt\": \""
                        + START.plusSeconds(i)
                        + "\", \"availableAt\": \""
                        + START.plusSeconds(10_000 + i)
                        + "\"}")
            .collect(Collectors.joining(",", "[", end));

    assertThat(in(batch)).hasSize(1_000).contains(ANNA);
  }

  @Test
  void aBatchMayBeKeyedByCustomer() {
    assertThat(in("{\"crm:anna\": {\"visits\": 3}}")).containsExactly(ANNA);
  }

  @Test
  void theHoursOfAnInstantInAPlainTextAreNoName() {
    assertThat(in("crm:anna came at 2026-03-02T08:00:00Z, so")).containsExactly(ANNA);
  }

  private static Set<CustomerName> in(String value) {
    return MentionedNames.in(null, value.getBytes(StandardCharsets.UTF_8));
  }
}
