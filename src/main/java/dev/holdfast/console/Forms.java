package dev.holdfast.console;

import dev.holdfast.platform.Problem;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.math.BigDecimal;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What pages with forms have in common: reading what was typed, and a page as the answer. */
final class Forms {

  private static final int LONGEST = 5_000;

  private Forms() {}

  /** A page as the answer to a form. */
  static Response page(int status, TemplateInstance page) {
    return Response.status(status).entity(page).type(MediaType.TEXT_HTML_TYPE).build();
  }

  /** What was typed, without blanks around it; null if nothing was. */
  static @Nullable String given(@Nullable String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }

  /**
   * What was typed into a field that must be filled.
   *
   * @param longest how many characters at most
   * @param field the key of its name
   * @throws Problem 400 if nothing was, or too much
   */
  static String required(Words words, @Nullable String text, int longest, String field) {
    String there = given(text);
    if (there == null || there.length() > longest) {
      throw Problem.badRequest(words.of("campaign_required", words.of(field), longest));
    }
    return there;
  }

  /**
   * Reads fields; an empty one is null, as is one that cannot be read.
   *
   * @param wrong gets an entry for each field that cannot be read: its name, and what is expected
   */
  record Fields(Words words, Map<String, String> wrong) {

    /** Percent as a share. */
    @Nullable Double share(String field, @Nullable String text) {
      return parsed(
          field, text, "campaign_not_percent", one -> decimal(one).movePointLeft(2).doubleValue());
    }

    @Nullable Double number(String field, @Nullable String text) {
      return parsed(field, text, "campaign_not_number", one -> decimal(one).doubleValue());
    }

    @Nullable Integer whole(String field, @Nullable String text) {
      return parsed(field, text, "campaign_not_whole", Integer::valueOf);
    }

    /**
     * What a parser makes of a field.
     *
     * @param message the key of what is expected
     * @param parser refuses by an {@link IllegalArgumentException}
     */
    <T> @Nullable T parsed(
        String field, @Nullable String text, String message, Function<String, T> parser) {
      String there = given(text);
      if (there == null) {
        return null;
      }
      try {
        if (there.length() > LONGEST) {
          throw new IllegalArgumentException("too long");
        }
        return parser.apply(there);
      } catch (IllegalArgumentException unreadable) {
        wrong.put(field, words.of(message));
        return null;
      }
    }

    private static BigDecimal decimal(String text) {
      BigDecimal number = new BigDecimal(text);
      // 1e999999999 is a number too, but no setting, and its digits would fill the memory.
      if (Math.abs(number.scale()) > 30 || number.precision() > 30) {
        throw new NumberFormatException("out of range");
      }
      return number;
    }
  }
}
