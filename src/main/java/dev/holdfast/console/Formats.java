package dev.holdfast.console;

import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** How numbers and times are written: in the reader's language, in the zone of the deployment. */
public final class Formats {

  private static final String UNKNOWN = "–";
  private static final DateTimeFormatter OF_A_FIELD =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm");

  private final Language language;
  private final Words words;
  private final ZoneId zone;
  private final Instant now;

  Formats(Language language, Words words, ZoneId zone, Instant now) {
    this.language = language;
    this.words = words;
    this.zone = zone;
    this.now = now;
  }

  /** The same in another zone. */
  Formats in(ZoneId other) {
    return new Formats(language, words, other, now);
  }

  /** The texts of the page. */
  Words words() {
    return words;
  }

  /** The zone of all times on the page. */
  public ZoneId zone() {
    return zone;
  }

  /** The name of that zone: {@code Asia/Shanghai}, or {@code UTC}. */
  public String zoneName() {
    return zone.normalized().equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
  }

  /** {@code 12,345}. */
  public String number(@Nullable Number value) {
    if (value == null) {
      return UNKNOWN;
    }
    NumberFormat format = NumberFormat.getIntegerInstance(language.locale());
    return format.format(Math.round(value.doubleValue()));
  }

  /** With so many digits after the point, {@code 0.123}. */
  public String decimal(@Nullable Number value, int digits) {
    if (value == null) {
      return UNKNOWN;
    }
    // What rounds to nothing has no sign.
    double nothing = 0.5 * Math.pow(10, -digits);
    double shown = Math.abs(value.doubleValue()) < nothing ? 0 : value.doubleValue();
    return String.format(language.locale(), "%,." + digits + "f", shown);
  }

  /** A share in [0, 1] as {@code 62%}; below ten percent with one digit. */
  public String percent(@Nullable Number share) {
    if (share == null) {
      return UNKNOWN;
    }
    double percent = 100 * share.doubleValue();
    boolean small = Math.abs(percent) < 9.95 && Math.abs(percent - Math.rint(percent)) > 0.05;
    return String.format(language.locale(), small ? "%.1f%%" : "%.0f%%", percent);
  }

  /** Money without its currency, which the deployment knows: {@code 1,234}. */
  public String money(@Nullable Number value) {
    if (value == null) {
      return UNKNOWN;
    }
    return Math.abs(value.doubleValue()) < 100 ? decimal(value, 2) : number(value);
  }

  /** {@code 3 Mar 2026}. */
  public String day(@Nullable Instant at) {
    return at == null ? UNKNOWN : pattern("d MMM yyyy", "yyyy年M月d日").format(at.atZone(zone));
  }

  /** {@code 3 Mar}: for axes. */
  public String dayAndMonth(Instant at) {
    return pattern("d MMM", "M月d日").format(at.atZone(zone));
  }

  /** {@code 3 Mar 14:05}, with the year if it is not this one. */
  public String minute(@Nullable Instant at) {
    if (at == null) {
      return UNKNOWN;
    }
    ZonedDateTime there = at.atZone(zone);
    boolean thisYear = there.getYear() == now.atZone(zone).getYear();
    return (thisYear
            ? pattern("d MMM HH:mm", "M月d日 HH:mm")
            : pattern("d MMM yyyy HH:mm", "yyyy年M月d日 HH:mm"))
        .format(there);
  }

  /** {@code 14:05}. */
  public String time(@Nullable Instant at) {
    return at == null ? UNKNOWN : pattern("HH:mm", "HH:mm").format(at.atZone(zone));
  }

  /** {@code Thu 5 Mar}: for days near now. */
  public String weekday(@Nullable Instant at) {
    return at == null ? UNKNOWN : pattern("EEE d MMM", "M月d日 EEE").format(at.atZone(zone));
  }

  /** As the attribute {@code datetime} wants it. */
  public String iso(@Nullable Instant at) {
    return at == null ? "" : at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** As a field of date and time wants it, in the zone of the page. */
  public String field(Instant at) {
    return OF_A_FIELD.format(at.atZone(zone));
  }

  /** How long ago, or in how long: {@code 3 days ago}, {@code in 2 hours}. */
  public String ago(@Nullable Instant at) {
    if (at == null) {
      return UNKNOWN;
    }
    boolean past = !at.isAfter(now);
    Duration far = Duration.between(at, now).abs();
    if (far.toMinutes() < 1) {
      return words.of("time_now");
    }
    return words.of(past ? "time_ago" : "time_in", duration(far));
  }

  /** {@code 3 days}, {@code 5 hours}, {@code 12 minutes}. */
  public String duration(Duration length) {
    if (length.toHours() >= 48) {
      return words.count("time_days", Math.round(length.toHours() / 24.0));
    }
    return length.toMinutes() >= 90
        ? words.count("time_hours", Math.round(length.toMinutes() / 60.0))
        : words.count("time_minutes", Math.max(1, length.toMinutes()));
  }

  /** {@code 46 seconds}, and as {@link #duration} from a minute and a half on. */
  public String shortly(Duration length) {
    return length.toSeconds() < 90
        ? words.count("time_seconds", Math.max(0, length.toSeconds()))
        : duration(length);
  }

  /** {@code 512 bytes}, {@code 4.6 MB}: thousands of thousands. */
  public String bytes(long length) {
    if (length < 1_000) {
      return words.count("imports_bytes", length);
    }
    String[] units = {"kB", "MB", "GB", "TB"};
    double value = length / 1_000.0;
    int unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1_000;
      unit++;
    }
    return decimal(value, value < 9.95 ? 1 : 0) + " " + units[unit];
  }

  private DateTimeFormatter pattern(String english, String chinese) {
    return DateTimeFormatter.ofPattern(
        language == Language.CHINESE ? chinese : english, language.locale());
  }
}
