package dev.holdfast.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The policy as a document. */
class ContactPolicyTest {

  @Test
  void whatIsWrittenReadsAsTheSame() {
    JsonNode written = ContactPolicy.initial().write();

    assertThat(ContactPolicy.read(written)).isEqualTo(ContactPolicy.initial());
    assertThat(written.at("/hours/MONDAY").asText()).isEqualTo("08:00-21:00");
    assertThat(written.at("/holidayHours").asText()).isEqualTo("closed");
  }

  @Test
  void aFieldThatIsMissingOrUnknownIsRefused() {
    for (String field :
        List.of("owner", "hours", "caps", "retry", "coolDown", "numbersElsewhere")) {
      ObjectNode document = ContactPolicy.initial().write().deepCopy();
      document.remove(field);
      assertThatThrownBy(() -> ContactPolicy.read(document))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(field);
    }
    ObjectNode document = ContactPolicy.initial().write().deepCopy();
    document.put("quietHours", "22-6");
    assertThatThrownBy(() -> ContactPolicy.read(document)).hasMessageContaining("quietHours");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/hours|{\"monday\": \"08:00-21:00\"}|all seven weekdays",
        "/holidayHours|\"21:00-08:00\"|end after they begin",
        "/holidayHours|\"8-21\"|08:00-21:00 or closed",
        "/defaultZone|\"Asia/Peking\"|IANA zone",
        "/caps|{\"phone\": {\"most\": 3, \"days\": 90}}|one named all",
        "/caps|{\"all\": {\"most\": -1, \"days\": 90}}|must be in [0, 1000]",
        "/retry|{\"hours\": [], \"most\": 3}|1 to 20 waits",
        "/holidays|[\"first of May\"]|first of May",
        "/blockingFields|{\"a b\": \"x\"}|fields of the profile",
        "/owner|\" \"|who answers"
      })
  void whatIsWrongIsNamed(String at, String value, String message) throws Exception {
    ObjectNode document = ContactPolicy.initial().write().deepCopy();
    document.set(at.substring(1), new ObjectMapper().readTree(value));

    assertThatThrownBy(() -> ContactPolicy.read(document))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
