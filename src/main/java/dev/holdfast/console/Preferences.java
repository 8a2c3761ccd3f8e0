package dev.holdfast.console;

/** What readers choose for themselves, kept in their browser. */
final class Preferences {

  /** Cookie with the tag of a {@link Language}. */
  static final String LANGUAGE = "holdfast-language";

  /** Cookie with the name of a {@link Theme}. */
  static final String THEME = "holdfast-theme";

  private Preferences() {}
}
