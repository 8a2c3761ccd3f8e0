package dev.holdfast.console;

import dev.holdfast.campaign.CampaignSettings;
import dev.holdfast.campaign.CampaignsResource.CampaignView;
import dev.holdfast.campaign.OfferText;
import dev.holdfast.campaign.StartEvent;
import dev.holdfast.console.Forms.Fields;
import dev.holdfast.event.EventKind;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestForm;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a campaign as a form has them: every field is text as typed, shares are in
 * percent, and an empty field means the default.
 */
public class CampaignForm {

  private static final String BY_EVENT = "event";

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

  /** One line for each language: {@code en: Three months at half price}. */
  @RestForm public @Nullable String offerText;

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
    form.offerText =
        campaign.offer().stream()
            .map(one -> one.language() + ": " + one.text())
            .collect(Collectors.joining("\n"));
    form.version = String.valueOf(campaign.version());
    return form;
  }

  /**
   * The settings.
   *
   * @param name of the campaign
   * @param draft null for settings that are changed
   * @param wrong gets an entry for each field that is not a number
   */
  CampaignSettings settings(
      String name, @Nullable Boolean draft, Words words, Map<String, String> wrong) {
    Fields fields = new Fields(words, wrong);
    boolean byEvent = byEvent();
    return new CampaignSettings(
        name,
        draft,
        byEvent ? null : fields.share("enter", enter),
        byEvent ? null : fields.share("leave", leave),
        byEvent ? start(fields) : null,
        fields.share("holdOut", holdOut),
        fields.whole("coolDown", coolDown),
        fields.whole("capacity", capacity),
        fields.whole("intake", intake),
        fields.number("value", value),
        fields.number("offer", offer),
        fields.number("contact", contact),
        fields.number("minutes", minutes),
        Forms.given(valueField),
        Forms.given(skill),
        Forms.given(segment),
        listed(channels),
        Forms.given(valueFormula),
        fields.whole("precedence", precedence),
        fields.parsed("offerText", offerText, "campaign_not_offer", CampaignForm::offer));
  }

  /** The name that was typed, or {@code otherwise}. */
  String nameOr(String otherwise) {
    return Objects.requireNonNullElse(Forms.given(name), otherwise);
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
      default ->
          setting.startsWith("channels")
              ? "channels"
              : setting.startsWith("offer") ? "offerText" : setting;
    };
  }

  private StartEvent start(Fields fields) {
    return new StartEvent(
        fields.parsed("kind", kind, "campaign_not_kind", EventKind::of),
        Forms.given(event),
        Forms.given(match),
        fields.whole("days", days),
        "true".equals(endsOnUse) ? Boolean.TRUE : null,
        Forms.given(date),
        fields.whole("before", before));
  }

  private static List<OfferText> offer(String lines) {
    return lines
        .lines()
        .filter(line -> !line.isBlank())
        .map(
            line -> {
              // Also the colon of those who type in Chinese.
              String[] parts = line.split("[:：]", 2);
              if (parts.length < 2) {
                throw new IllegalArgumentException("a line without a language");
              }
              return new OfferText(parts[0].strip(), parts[1].strip());
            })
        .toList();
  }

  private static @Nullable List<String> listed(@Nullable String text) {
    String there = Forms.given(text);
    return there == null
        ? null
        : Arrays.stream(there.split(",")).map(String::strip).filter(one -> !one.isEmpty()).toList();
  }

  private static String percent(@Nullable Double share) {
    return share == null
        ? ""
        : BigDecimal.valueOf(Math.round(share * 1e6), 4).stripTrailingZeros().toPlainString();
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }
}
