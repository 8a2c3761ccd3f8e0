package dev.holdfast.console;

import io.vertx.core.http.Cookie;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A language that the pages speak. */
public enum Language {
  ENGLISH("en", "English", Locale.UK),
  CHINESE("zh", "中文", Locale.SIMPLIFIED_CHINESE);

  private final String tag;
  private final String ownName;
  private final Locale locale;

  Language(String tag, String ownName, Locale locale) {
    this.tag = tag;
    this.ownName = ownName;
    this.locale = locale;
  }

  /** As in the attribute {@code lang}. */
  public String tag() {
    return tag;
  }

  /** Its name in itself. */
  public String ownName() {
    return ownName;
  }

  /** How it writes numbers and dates. */
  public Locale locale() {
    return locale;
  }

  /** The language of this tag. */
  static Optional<Language> of(@Nullable String tag) {
    return Arrays.stream(values()).filter(one -> one.tag.equals(tag)).findFirst();
  }

  /** What the reader chose, else the first that the browser asks for and we speak, else English. */
  static Language wanted(RoutingContext context) {
    Cookie chosen = context.request().getCookie(Preferences.LANGUAGE);
    return of(chosen == null ? null : chosen.getValue())
        .or(
            () ->
                context.acceptableLanguages().stream()
                    .map(one -> of(one.tag() == null ? null : one.tag().toLowerCase(Locale.ROOT)))
                    .flatMap(Optional::stream)
                    .findFirst())
        .orElse(ENGLISH);
  }
}
