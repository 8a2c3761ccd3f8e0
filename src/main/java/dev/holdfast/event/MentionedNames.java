package dev.holdfast.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What in a message looks like the name of a customer, whether or not it can be read as an event.
 */
final class MentionedNames {

  /** In a text that is no JSON: what stands between quotes, or is one word with a colon. */
  private static final Pattern CANDIDATE =
      Pattern.compile("\"([^\"\\\\]{3,200})\"|([A-Za-z0-9_.-]{1,40}:[^\\s\"',;{}\\[\\]]{1,160})");

  private MentionedNames() {}

  /**
   * The names in the key and the value of a message; a text with a colon that is none is harmless,
   * for nobody has it.
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
        Matcher found = CANDIDATE.matcher(new String(value, StandardCharsets.UTF_8));
        while (found.find()) {
          add(found.group(1) == null ? found.group(2) : found.group(1), names);
        }
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

  private static void add(String text, Set<CustomerName> names) {
    if (text.indexOf(':') < 0) {
      return;
    }
    try {
      names.add(CustomerName.of(text));
    } catch (IllegalArgumentException other) {
      // Some other text with a colon.
    }
  }
}
