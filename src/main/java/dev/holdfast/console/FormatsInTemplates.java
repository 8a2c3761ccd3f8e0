package dev.holdfast.console;

import io.quarkus.arc.Arc;
import io.quarkus.qute.TemplateExtension;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** {@code {f:minute(at)}} and the like write numbers and times in a template. */
@TemplateExtension(namespace = "f")
final class FormatsInTemplates {

  private FormatsInTemplates() {}

  static String number(@Nullable Number value) {
    return formats().number(value);
  }

  static String decimal(@Nullable Number value, int digits) {
    return formats().decimal(value, digits);
  }

  /** A number as a name, without marks between its digits. */
  static String plain(@Nullable Object id) {
    return String.valueOf(id);
  }

  static String percent(@Nullable Number share) {
    return formats().percent(share);
  }

  /** A rate in percentage points, with one digit. */
  static String points(@Nullable Number rate) {
    return formats().decimal(rate == null ? null : 100 * rate.doubleValue(), 1);
  }

  static String money(@Nullable Number value) {
    return formats().money(value);
  }

  static String day(@Nullable Instant at) {
    return formats().day(at);
  }

  static String minute(@Nullable Instant at) {
    return formats().minute(at);
  }

  static String time(@Nullable Instant at) {
    return formats().time(at);
  }

  static String weekday(@Nullable Instant at) {
    return formats().weekday(at);
  }

  static String iso(@Nullable Instant at) {
    return formats().iso(at);
  }

  static String field(Instant at) {
    return formats().field(at);
  }

  static String ago(@Nullable Instant at) {
    return formats().ago(at);
  }

  /** The text of a word of the API, see {@link Words#named}. */
  static String word(String area, String word) {
    return words().named(area, word);
  }

  /** A sentence of the API in the reader's language, see {@link ReasonTexts}. */
  static String said(String sentence) {
    return texts().in(language(), sentence);
  }

  /** What an incident is about, see {@link Subjects#of}. */
  static String subject(String subject) {
    return Subjects.of(words(), subject);
  }

  /** What the customers of a segment have in common, see {@link Subjects#values}. */
  static String segment(String key) {
    return Subjects.values(words(), key);
  }

  /** The language of {@link #said}: on a Chinese page English, where nothing is Chinese in it. */
  static String saidIn(String sentence) {
    return texts().languageOf(language(), sentence).tag();
  }

  /** The colour of a band of risk. */
  static String tone(String band) {
    return switch (band) {
      case "high" -> "bad";
      case "medium" -> "warn";
      default -> "good";
    };
  }

  private static ReasonTexts texts() {
    return Arc.container().instance(ReasonTexts.class).get();
  }

  private static Words words() {
    return Arc.container().instance(Shell.class).get().words();
  }

  private static Language language() {
    return Arc.container().instance(Shell.class).get().language();
  }

  private static Formats formats() {
    return Arc.container().instance(Shell.class).get().formats();
  }
}
