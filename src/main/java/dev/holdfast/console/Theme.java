package dev.holdfast.console;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How bright the pages are. */
public enum Theme {
  /** As the reader's system. */
  SYSTEM,
  LIGHT,
  DARK;

  /** Its name in cookies and pages, lower case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The theme of this name. */
  static Optional<Theme> of(@Nullable String name) {
    return Arrays.stream(values()).filter(one -> one.wireName().equals(name)).findFirst();
  }
}
