package dev.holdfast.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What in a message looks like the name of a customer, whether or not it can be read as an event.
 */
final class MentionedNames {

  /** Of one message at most: it may be hostile. No more events have room in the 1 MiB of it. */
  private static final int MOST = 20_000;

  private static final int LONGEST_NAMESPACE = 40;
  private static final int LONGEST_NAME = 200;
  private static final int HOURS_AT = 10;
  private static final String ENDS = "\"\\',;{}[]<>";

  private MentionedNames() {}

  /**
   * The names in the key and the value of a message; a text with a colon that is none is harmless,
   * for nobody has it. Instants are left out: every event has some. Its cost grows as the length of
   * the message does.
   */
  static Set<CustomerName> in(byte @Nullable [] key, byte @Nullable [] value) {
    Set<CustomerName> names = new HashSet<>();
    if (key != null) {
      add(new String(key, StandardCharsets.UTF_8), names);
    }
    if (value != null) {
      try {
        walk(EventJson.tree(value), names);
      } catch (BadEvent unreadable) {
        scan(new String(value, StandardCharsets.UTF_8), names);
      }
    }
    return names;
  }

  private static void walk(JsonNode node, Set<CustomerName> names) {
    if (node.isTextual()) {
      add(node.textValue(), names);
    }
    // A batch may be keyed by customer.
    node.fieldNames().forEachRemaining(field -> add(field, names));
    node.forEach(child -> walk(child, names));
  }

  /** In a text that is no JSON: what is around each colon, as one word and between quotes. */
  private static void scan(String text, Set<CustomerName> names) {
    for (int colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
      int start = colon;
      while (start > 0 && colon - start < LONGEST_NAMESPACE && isPlain(text.charAt(start - 1))) {
        start--;
      }
      if (start == colon) {
        continue;
      }
      int last = Math.min(text.length(), start + LONGEST_NAME);
      int end = colon + 1;
      while (end < last && !endsWord(text.charAt(end))) {
        end++;
      }
      String word = text.substring(start, end);
      if (isInstant(word)) {
        // Its hours and minutes are no name either.
        colon = end - 1;
        continue;
      }
      add(word, names);
      if (start > 0 && text.charAt(start - 1) == '"') {
        while (end < last && text.charAt(end) != '"') {
          end++;
        }
        add(text.substring(start, end), names);
      }
    }
  }

  private static boolean isInstant(String text) {
    // By its shape first: what is none costs an exception.
    return text.length() > HOURS_AT
        && text.charAt(4) == '-'
        && text.charAt(7) == '-'
        && text.charAt(HOURS_AT) == 'T'
        && IsoInstant.parse(text) != null;
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '.'
        || c == '-';
  }

  private static boolean endsWord(char c) {
    return Character.isWhitespace(c) || ENDS.indexOf(c) >= 0;
  }

  private static void add(String text, Set<CustomerName> names) {
    if (text.length() > LONGEST_NAME
        || text.indexOf(':') < 0
        || names.size() >= MOST
        || isInstant(text)) {
      return;
    }
    try {
      names.add(CustomerName.of(text));
    } catch (IllegalArgumentException other) {
      // Some other text with a colon.
    }
  }
}
