package dev.holdfast.console;

import java.util.Set;

/**
 * A page in the navigation.
 *
 * @param name its text is {@code nav_NAME}
 * @param path where it is
 * @param group under which heading
 * @param order within the group, ascending
 * @param key with {@code g} before it leads there
 * @param roles that see it; they must be those of the page
 */
public record NavEntry(
    String name, String path, Group group, int order, String key, Set<String> roles) {

  /** A heading of the navigation; one without a page is not shown. */
  public enum Group {
    /** What is to be done today. */
    TODAY,
    /** Whom we try to keep. */
    KEEP,
    /** What customers say. */
    LISTEN,
    /** What the machine believes, and how it runs. */
    RUN;

    /** Its text is {@code nav_group_NAME}. */
    public String wireName() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public NavEntry {
    roles = Set.copyOf(roles);
  }
}
