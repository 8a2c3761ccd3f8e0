package dev.holdfast.campaign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import org.jspecify.annotations.Nullable;

/** {@link Evidence} as a campaign keeps it. */
final class EvidenceJson {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private EvidenceJson() {}

  static String write(Evidence evidence) {
    try {
      return JSON.writeValueAsString(evidence);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("evidence can always be written", impossible);
    }
  }

  static @Nullable Evidence read(@Nullable String stored) {
    try {
      return stored == null ? null : JSON.readValue(stored, Evidence.class);
    } catch (JsonProcessingException malformed) {
      throw new IllegalStateException("the evidence of a campaign is not JSON", malformed);
    }
  }
}
