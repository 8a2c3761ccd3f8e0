package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign offers, in words of one language. A customer hears it in the language of its
 * profile, else in the first of the campaign.
 *
 * @param language as in the field {@code language} of a profile, such as {@code en} or {@code
 *     zh-CN}
 * @param text one line of 1 to 500 characters
 */
@JsonIgnoreProperties(ignoreUnknown = false)
public record OfferText(
    @NotNull @Pattern(regexp = LANGUAGE) String language,
    @NotBlank
        @Size(max = OfferText.LONGEST)
        @Pattern(
            regexp = PLAIN,
            message = "must be one line without control characters or marks that turn the text")
        String text) {

  /** Texts that one campaign may have. */
  static final int MOST = 8;

  static final int LONGEST = 500;

  private static final String LANGUAGE = "[A-Za-z][A-Za-z0-9_-]{0,19}";

  /** Nothing that a line, a table or a spreadsheet shows otherwise than it is stored. */
  private static final String PLAIN =
      "[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\u202A-\\u202E\\u2066-\\u2069]*";

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The text for a customer; null if there is none at all.
   *
   * @param language of the customer, null if unknown; {@code zh} and {@code zh-TW} understand each
   *     other where neither is there as written
   */
  static @Nullable String in(@Nullable String language, List<OfferText> texts) {
    if (texts.isEmpty()) {
      return null;
    }
    if (language != null) {
      for (OfferText one : texts) {
        if (one.language.equalsIgnoreCase(language)) {
          return one.text;
        }
      }
      for (OfferText one : texts) {
        if (main(one.language).equals(main(language))) {
          return one.text;
        }
      }
    }
    return texts.get(0).text;
  }

  private static String main(String language) {
    return language.split("[-_]", 2)[0].toLowerCase(Locale.ROOT);
  }

  /** As it is stored; null for none. */
  static @Nullable String write(@Nullable List<OfferText> texts) {
    try {
      return texts == null || texts.isEmpty() ? null : JSON.writeValueAsString(texts);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("an offer can always be written", impossible);
    }
  }

  /** From what is stored; empty for none. */
  static List<OfferText> read(@Nullable String stored) {
    try {
      return stored == null ? List.of() : JSON.readValue(stored, new TypeReference<>() {});
    } catch (JsonProcessingException malformed) {
      throw new IllegalStateException("the offer of a campaign is not JSON", malformed);
    }
  }
}
