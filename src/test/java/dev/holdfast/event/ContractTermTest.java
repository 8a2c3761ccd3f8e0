package dev.holdfast.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContractTermTest {

  @Test
  void instantsAreReadAsTheyAreAndDatesCountWhole() {
    ContractTerm instants =
        ContractTerm.of(
            Map.of("startsAt", "2026-01-01T08:00:00+08:00", "endsAt", "2026-12-31T00:00:00Z"));
    ContractTerm dates = ContractTerm.of(Map.of("startsAt", "2026-01-01", "endsAt", "2026-12-31"));

    assertThat(instants.startsAt()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(instants.endsAt()).isEqualTo("2026-12-31T00:00:00Z");
    assertThat(dates.startsAt()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(dates.endsAt()).isEqualTo("2027-01-01T00:00:00Z");
  }

  @Test
  void whatIsNotSaidIsNull() {
    assertThat(ContractTerm.of(Map.of("endsAt", " "))).isEqualTo(new ContractTerm(null, null));
  }

  @Test
  void anythingElseIsRefusedByName() {
    for (Object bad : List.of("soon", 20261231, "1899-12-31", "9900-01-01", List.of())) {
      assertThatThrownBy(() -> ContractTerm.of(Map.of("startsAt", bad)))
          .as(String.valueOf(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("startsAt must be an ISO 8601 instant or a date");
    }
  }
}
