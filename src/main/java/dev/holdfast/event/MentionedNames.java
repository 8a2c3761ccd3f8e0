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

  /** Of one message at most: it may be hostile, and an event names one customer. */
  private static final int MOST = 1_000;

  private static final int LONGEST_NAMESPACE = 40;
  private static final int LONGEST_NAME = 200;
  private static final String ENDS = "\"\\',;{}[]<>";

  private MentionedNames() {}

  /**
   * The names in the key and the value of a message; a text with a colon that is none is harmless,
   * for nobody has it. Its cost grows as the length of the message does.
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
    node.forEach(child -> walk(child, names));
  }

  /** In a text that is no JSON: what is around each colon, as one word and between quotes. */
  private static void scan(String text, Set<CustomerName> names) {
    int tried = 0;
    for (int colon = text.indexOf(':');
        colon >= 0 && tried < MOST;
        colon = text.indexOf(':', colon + 1)) {
      int start = colon;
      while (start > 0 && colon - start < LONGEST_NAMESPACE && isPlain(text.charAt(start - 1))) {
        start--;
      }
      if (start == colon) {
        continue;
      }
      tried++;
      int last = Math.min(text.length(), start + LONGEST_NAME);
      int end = colon + 1;
      while (end < last && !endsWord(text.charAt(end))) {
        end++;
      }
      add(text.substring(start, end), names);
      if (start > 0 && text.charAt(start - 1) == '"') {
        while (end < last && text.charAt(end) != '"') {
          end++;
        }
        add(text.substring(start, end), names);
      }
    }
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
    if (text.length() > LONGEST_NAME || text.indexOf(':') < 0 || names.size() >= MOST) {
      return;
    }
    try {
      names.add(CustomerName.of(text));
    } catch (IllegalArgumentException other) {
      // Some other text with a colon.
    }
  }
}
