package dev.holdfast.console;

import dev.holdfast.campaign.CampaignSettings;
import dev.holdfast.campaign.CampaignsResource.CampaignView;
import dev.holdfast.campaign.StartEvent;
import dev.holdfast.event.EventKind;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jboss.resteasy.reactive.RestForm;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a campaign as a form has them: every field is text as typed, shares are in
 * percent, and an empty field means the default.
 */
public class CampaignForm {

  private static final String BY_EVENT = "event";
  private static final int LONGEST = 2_000;

  @RestForm public @Nullable String name;

  /** {@code risk} or {@code event}. */
  @RestForm public @Nullable String begins;

  @RestForm public @Nullable String enter;
  @RestForm public @Nullable String leave;
  @RestForm public @Nullable String kind;
  @RestForm public @Nullable String event;
  @RestForm public @Nullable String match;
  @RestForm public @Nullable String date;
  @RestForm public @Nullable String before;
  @RestForm public @Nullable String days;
  @RestForm public @Nullable String endsOnUse;
  @RestForm public @Nullable String segment;
  @RestForm public @Nullable String holdOut;
  @RestForm public @Nullable String coolDown;
  @RestForm public @Nullable String capacity;
  @RestForm public @Nullable String intake;
  @RestForm public @Nullable String value;
  @RestForm public @Nullable String valueField;
  @RestForm public @Nullable String valueFormula;
  @RestForm public @Nullable String offer;
  @RestForm public @Nullable String contact;
  @RestForm public @Nullable String minutes;
  @RestForm public @Nullable String skill;
  @RestForm public @Nullable String channels;
  @RestForm public @Nullable String precedence;

  /** Version of the settings that are changed, and why. */
  @RestForm public @Nullable String version;

  @RestForm public @Nullable String why;

  /** An empty form with the level that most begin with. */
  static CampaignForm empty() {
    CampaignForm form = new CampaignForm();
    form.begins = "risk";
    form.enter = "60";
    return form;
  }

  /** The form filled with the settings of a campaign. */
  static CampaignForm of(CampaignView campaign) {
    CampaignForm form = new CampaignForm();
    StartEvent start = campaign.startsWith();
    form.name = campaign.name();
    form.begins = start == null ? "risk" : BY_EVENT;
    form.enter = percent(campaign.enterThreshold());
    form.leave = percent(campaign.leaveThreshold());
    if (start != null) {
      form.kind = start.kind() == null ? "" : start.kind().wireName();
      form.event = start.name();
      form.match = start.match();
      form.date = start.dateField();
      form.before = start.daysBefore() == null ? "" : String.valueOf(start.daysBefore());
      form.days = start.endsAfterDays() == null ? "" : String.valueOf(start.endsAfterDays());
      form.endsOnUse = Boolean.TRUE.equals(start.endsOnUse()) ? "true" : "";
    }
    form.segment = campaign.segment();
    form.holdOut = percent(campaign.holdOutShare());
    form.coolDown = String.valueOf(campaign.coolDownDays());
    form.capacity = String.valueOf(campaign.capacityMinutes());
    form.intake = String.valueOf(campaign.intake());
    form.value = plain(campaign.customerValue());
    form.valueField = campaign.valueField();
    form.valueFormula = campaign.valueFormula();
    form.offer = plain(campaign.offerCost());
    form.contact = plain(campaign.contactCost());
    form.minutes = plain(campaign.minutesPerCall());
    form.skill = campaign.skill();
    form.channels = String.join(", ", campaign.channels());
    form.precedence = String.valueOf(campaign.precedence());
    form.version = String.valueOf(campaign.version());
    return form;
  }

  /**
   * The settings.
   *
   * @param draft null for settings that are changed
   * @param wrong gets an entry for each field that is not a number
   */
  CampaignSettings settings(@Nullable Boolean draft, Words words, Map<String, String> wrong) {
    Reading reading = new Reading(words, wrong);
    boolean byEvent = byEvent();
    return new CampaignSettings(
        or(name, ""),
        draft,
        byEvent ? null : reading.share("enter", enter),
        byEvent ? null : reading.share("leave", leave),
        byEvent ? start(reading) : null,
        reading.share("holdOut", holdOut),
        reading.whole("coolDown", coolDown),
        reading.whole("capacity", capacity),
        reading.whole("intake", intake),
        reading.number("value", value),
        reading.number("offer", offer),
        reading.number("contact", contact),
        reading.number("minutes", minutes),
        given(valueField),
        given(skill),
        given(segment),
        given(channels) == null
            ? null
            : Arrays.stream(or(channels, "").split(","))
                .map(String::strip)
                .filter(one -> !one.isEmpty())
                .toList(),
        given(valueFormula),
        reading.whole("precedence", precedence));
  }

  /** True if an event begins it. */
  public boolean byEvent() {
    return BY_EVENT.equals(begins);
  }

  /** The kinds of events, for the choice. */
  public List<String> kinds() {
    return Arrays.stream(EventKind.values()).map(EventKind::wireName).toList();
  }

  /** The field in which a setting is typed, by its name in the settings. */
  static String fieldOf(String setting) {
    return switch (setting) {
      case "enterThreshold" -> "enter";
      case "leaveThreshold" -> "leave";
      case "holdOutShare" -> "holdOut";
      case "coolDownDays" -> "coolDown";
      case "capacityMinutes" -> "capacity";
      case "customerValue" -> "value";
      case "offerCost" -> "offer";
      case "contactCost" -> "contact";
      case "minutesPerCall" -> "minutes";
      case "startsWith.name" -> "event";
      case "startsWith.match" -> "match";
      case "startsWith.endsAfterDays" -> "days";
      case "startsWith.dateField" -> "date";
      case "startsWith.daysBefore" -> "before";
      default -> setting.startsWith("channels") ? "channels" : setting;
    };
  }

  private StartEvent start(Reading reading) {
    return new StartEvent(
        reading.kind(kind),
        given(event),
        given(match),
        reading.whole("days", days),
        "true".equals(endsOnUse) ? Boolean.TRUE : null,
        given(date),
        reading.whole("before", before));
  }

  private static @Nullable String given(@Nullable String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }

  private static String or(@Nullable String text, String otherwise) {
    String there = given(text);
    return there == null ? otherwise : there;
  }

  private static String percent(@Nullable Double share) {
    return share == null
        ? ""
        : BigDecimal.valueOf(Math.round(share * 1e6), 4).stripTrailingZeros().toPlainString();
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  /** Reads fields and keeps what cannot be read. */
  private record Reading(Words words, Map<String, String> wrong) {

    @Nullable Double share(String field, @Nullable String text) {
      return parsed(
          field, text, "campaign_not_percent", one -> decimal(one).movePointLeft(2).doubleValue());
    }

    @Nullable Double number(String field, @Nullable String text) {
      return parsed(field, text, "campaign_not_number", one -> decimal(one).doubleValue());
    }

    @Nullable Integer whole(String field, @Nullable String text) {
      return parsed(field, text, "campaign_not_whole", Integer::valueOf);
    }

    @Nullable EventKind kind(@Nullable String text) {
      return parsed("kind", text, "campaign_not_kind", EventKind::of);
    }

    private static BigDecimal decimal(String text) {
      BigDecimal number = new BigDecimal(text);
      // 1e999999999 is a number too, but no setting, and its digits would fill the memory.
      if (Math.abs(number.scale()) > 30 || number.precision() > 30) {
        throw new NumberFormatException("out of range");
      }
      return number;
    }

    private <T> @Nullable T parsed(
        String field, @Nullable String text, String message, Function<String, T> parser) {
      String there = given(text);
      if (there == null) {
        return null;
      }
      try {
        if (there.length() > LONGEST) {
          throw new IllegalArgumentException("too long");
        }
        return parser.apply(there);
      } catch (IllegalArgumentException unreadable) {
        wrong.put(field, words.of(message));
        return null;
      }
    }
  }
}
