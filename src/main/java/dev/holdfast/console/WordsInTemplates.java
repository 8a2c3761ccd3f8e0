package dev.holdfast.console;

import io.quarkus.arc.Arc;
import io.quarkus.qute.TemplateExtension;

/** {@code {w:area_name}} in a template is a text in the reader's language. */
@TemplateExtension(namespace = "w", matchName = TemplateExtension.ANY)
final class WordsInTemplates {

  private WordsInTemplates() {}

  static String word(String key) {
    return words().of(key);
  }

  static String word(String key, Object first) {
    return first instanceof Long || first instanceof Integer
        ? words().count(key, ((Number) first).longValue())
        : words().of(key, first);
  }

  static String word(String key, Object first, Object second) {
    return first instanceof Long || first instanceof Integer
        ? words().count(key, ((Number) first).longValue(), second)
        : words().of(key, first, second);
  }

  static String word(String key, Object first, Object second, Object third) {
    return first instanceof Long || first instanceof Integer
        ? words().count(key, ((Number) first).longValue(), second, third)
        : words().of(key, first, second, third);
  }

  private static Words words() {
    return Arc.container().instance(Shell.class).get().words();
  }
}
