package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.holdfast.platform.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a retention lead writes to start a campaign, over HTTP or in a YAML file. Only the name and
 * either the threshold or the event are required.
 *
 * @param name unique, 1 to 100 characters
 * @param draft with a new campaign: true to write it down and begin later; by default false
 * @param enterThreshold risk in (0, 1) that opens an episode
 * @param leaveThreshold risk below which a returned customer's episode closes; by default half a
 *     logit below the enter threshold
 * @param startsWith the event or the date that opens an episode, instead of a threshold
 * @param holdOutShare share of parties never contacted, 0 to 0.9; by default 0.5 for a campaign of
 *     whose kind nothing is proven, and 0.2 for the clone of one whose effect is known
 * @param coolDownDays days after an episode in which the party opens no other, by default 30
 * @param capacityMinutes agent minutes a day, by default 480
 * @param intake customers a day admitted who already stand above the threshold, by default 50; of a
 *     campaign that begins with an event, how many a day are expected before any day has passed; of
 *     one that begins with a date, how many a day begin
 * @param customerValue margin kept by a save, by default 200
 * @param offerCost cost of an accepted offer, by default 10
 * @param contactCost cost of a call, by default 1
 * @param minutesPerCall agent minutes of a call, by default 8
 * @param valueField field of the profile with the margin that a save of this customer keeps, for
 *     those who have it; absent for {@code customerValue} for all
 * @param skill that an agent needs for the calls of this campaign; absent for none
 * @param segment whom it is for, see {@link SegmentExpression}; absent for everybody
 * @param channels by which to reach a party, in this order; absent for the order of its own use
 * @param valueFormula that margin reckoned instead, see {@link ValueFormula}, over {@code risk},
 *     {@code profile.FIELD} and features; {@code customerValue} where something in it is missing
 * @param precedence 0 to 100, by default 0: a party that could be in two campaigns is in the one of
 *     the higher precedence alone; where it is equal, in both
 * @param offer what a call may offer, in words, one text for each language; absent for none
 */
@JsonIgnoreProperties(ignoreUnknown = false)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CampaignSettings(
    @NotBlank @Size(max = 100) String name,
    @Nullable Boolean draft,
    @Nullable @DecimalMin("0.01") @DecimalMax("0.99") Double enterThreshold,
    @Nullable @DecimalMin("0.001") @DecimalMax("0.99") Double leaveThreshold,
    @Nullable @Valid StartEvent startsWith,
    @Nullable @DecimalMin("0") @DecimalMax("0.9") Double holdOutShare,
    @Nullable @Min(0) @Max(3650) Integer coolDownDays,
    @Nullable @Min(1) @Max(1_000_000) Integer capacityMinutes,
    @Nullable @Min(0) @Max(1_000_000) Integer intake,
    @Nullable @DecimalMin("0") Double customerValue,
    @Nullable @DecimalMin("0") Double offerCost,
    @Nullable @DecimalMin("0") Double contactCost,
    @Nullable @DecimalMin("0.1") Double minutesPerCall,
    @Nullable @Pattern(regexp = WORD) String valueField,
    @Nullable @Pattern(regexp = WORD) String skill,
    @Nullable @Size(max = SegmentExpression.LONGEST) String segment,
    @Nullable @Size(max = 8) List<@NotNull @Pattern(regexp = CHANNEL) String> channels,
    @Nullable @Size(max = ValueFormula.LONGEST) String valueFormula,
    @Nullable @Min(0) @Max(100) Integer precedence,
    @Nullable @Size(max = OfferText.MOST) List<@NotNull @Valid OfferText> offer) {

  static final String WORD = "[A-Za-z0-9][A-Za-z0-9_.-]{0,39}";
  private static final String CHANNEL = "[a-z][a-z0-9-]{0,19}";
  private static final double HYSTERESIS_LOGIT = 0.5;

  /** A level that nobody is measured by, of campaigns that begin with an event or an incident. */
  private static final double NO_LEVEL = 0.5;

  /** Nothing is known of such a campaign yet: half a hold-out tells soonest. */
  static final double FIRST_HOLD_OUT = 0.5;

  static final double PROVEN_HOLD_OUT = 0.2;

  public CampaignSettings {
    channels = channels == null ? null : List.copyOf(channels);
    offer = offer == null || offer.isEmpty() ? null : List.copyOf(offer);
  }

  /** Settings to be filled in; what is left out has its default. */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** All settings of a campaign, as they are. */
  static CampaignSettings of(Campaign campaign) {
    boolean byRisk = campaign.byRisk();
    return new CampaignSettings(
        campaign.name,
        null,
        byRisk ? campaign.enterThreshold : null,
        byRisk ? campaign.leaveThreshold : null,
        EventStart.read(campaign.startsWith),
        campaign.holdOutShare,
        campaign.coolDownDays,
        campaign.capacityMinutes,
        campaign.intake,
        campaign.customerValue,
        campaign.offerCost,
        campaign.contactCost,
        campaign.minutesPerCall,
        campaign.valueField,
        campaign.skill,
        campaign.segment,
        campaign.channels.isEmpty() ? null : List.of(campaign.channels.split(",")),
        campaign.valueFormula,
        campaign.precedence,
        OfferText.read(campaign.offer));
  }

  /** The same for a new campaign, whose hold-out share is the usual one. */
  CampaignSettings asNew(String newName) {
    return new CampaignSettings(
        newName,
        draft,
        enterThreshold,
        leaveThreshold,
        startsWith,
        null,
        coolDownDays,
        capacityMinutes,
        intake,
        customerValue,
        offerCost,
        contactCost,
        minutesPerCall,
        valueField,
        skill,
        segment,
        channels,
        valueFormula,
        precedence,
        offer);
  }

  /**
   * Fills in a campaign. A hold-out share that is left out stays as it is if there is one, so that
   * no change of something else moves parties from one arm to the other.
   *
   * @throws Problem 400 if both or none of threshold and event are said, the leave threshold is not
   *     below the enter threshold, an expression cannot be read, or the value is said twice
   */
  void writeTo(Campaign campaign) {
    boolean invites = campaign.incidentId != null;
    if (invites ? enterThreshold != null || startsWith != null : byRisk() == (startsWith != null)) {
      throw Problem.badRequest(
          invites
              ? "a campaign for an incident has neither enterThreshold nor startsWith"
              : "a campaign has either an enterThreshold or startsWith, the event that begins it");
    }
    double enter = enterThreshold == null ? NO_LEVEL : enterThreshold;
    double leave = leaveThreshold != null ? leaveThreshold : usualLeave(enter);
    if (leave >= enter) {
      throw Problem.badRequest(
          "leaveThreshold must be below enterThreshold "
              + enter
              + ", was "
              + leave
              + "; leave it out for the default, half a logit below");
    }
    campaign.name = name;
    campaign.enterThreshold = enter;
    campaign.leaveThreshold = leave;
    campaign.startsWith = startsWith == null ? null : EventStart.write(startsWith);
    campaign.holdOutShare = orElse(holdOutShare, usualHoldOut(campaign));
    campaign.coolDownDays = orElse(coolDownDays, 30);
    campaign.capacityMinutes = orElse(capacityMinutes, 480);
    campaign.intake = orElse(intake, 50);
    campaign.customerValue = orElse(customerValue, 200.0);
    campaign.offerCost = orElse(offerCost, 10.0);
    campaign.contactCost = orElse(contactCost, 1.0);
    campaign.minutesPerCall = orElse(minutesPerCall, 8.0);
    if (valueField != null && valueFormula != null) {
      throw Problem.badRequest("a campaign has a valueField or a valueFormula, not both");
    }
    campaign.valueField = valueField;
    campaign.valueFormula = valueFormula == null ? null : Segments.formula(valueFormula).toString();
    campaign.skill = skill;
    campaign.segment = Segments.read(orElse(segment, "")).toString();
    campaign.channels = channels == null ? "" : String.join(",", new LinkedHashSet<>(channels));
    campaign.precedence = orElse(precedence, 0);
    campaign.offer = OfferText.write(offer);
  }

  private boolean byRisk() {
    return enterThreshold != null;
  }

  private static double usualHoldOut(Campaign campaign) {
    if (campaign.settingsVersion > 0) {
      return campaign.holdOutShare;
    }
    Evidence before = EvidenceJson.read(campaign.evidence);
    return before != null && before.known() ? PROVEN_HOLD_OUT : FIRST_HOLD_OUT;
  }

  /** Half a logit below, so that an episode does not flap. */
  static double usualLeave(double enter) {
    return logistic(logit(enter) - HYSTERESIS_LOGIT);
  }

  private static double logit(double p) {
    return Math.log(p / (1 - p));
  }

  private static double logistic(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private static <T> T orElse(@Nullable T given, T otherwise) {
    return given == null ? otherwise : given;
  }

  /** Fills in settings one by one. */
  public static final class Builder {

    private final String name;
    private @Nullable Double enterThreshold;
    private @Nullable Double leaveThreshold;
    private @Nullable StartEvent startsWith;
    private @Nullable Double holdOutShare;
    private @Nullable Integer coolDownDays;
    private @Nullable Integer capacityMinutes;
    private @Nullable Integer intake;
    private @Nullable Double customerValue;
    private @Nullable Double offerCost;
    private @Nullable Double contactCost;
    private @Nullable Double minutesPerCall;
    private @Nullable String valueField;
    private @Nullable String valueFormula;
    private @Nullable String skill;
    private @Nullable String segment;
    private @Nullable List<OfferText> offer;

    private Builder(String name) {
      this.name = name;
    }

    /** See {@link CampaignSettings#enterThreshold}. */
    public Builder enterThreshold(double enterThreshold) {
      this.enterThreshold = enterThreshold;
      return this;
    }

    /** See {@link CampaignSettings#leaveThreshold}. */
    public Builder leaveThreshold(double leaveThreshold) {
      this.leaveThreshold = leaveThreshold;
      return this;
    }

    /** See {@link CampaignSettings#startsWith}. */
    public Builder startsWith(StartEvent startsWith) {
      this.startsWith = startsWith;
      return this;
    }

    /** See {@link CampaignSettings#holdOutShare}. */
    public Builder holdOutShare(@Nullable Double holdOutShare) {
      this.holdOutShare = holdOutShare;
      return this;
    }

    /** See {@link CampaignSettings#coolDownDays}. */
    public Builder coolDownDays(@Nullable Integer coolDownDays) {
      this.coolDownDays = coolDownDays;
      return this;
    }

    /** See {@link CampaignSettings#capacityMinutes}. */
    public Builder capacityMinutes(@Nullable Integer capacityMinutes) {
      this.capacityMinutes = capacityMinutes;
      return this;
    }

    /** See {@link CampaignSettings#intake}. */
    public Builder intake(@Nullable Integer intake) {
      this.intake = intake;
      return this;
    }

    /** See {@link CampaignSettings#customerValue}. */
    public Builder customerValue(@Nullable Double customerValue) {
      this.customerValue = customerValue;
      return this;
    }

    /** See {@link CampaignSettings#offerCost}. */
    public Builder offerCost(@Nullable Double offerCost) {
      this.offerCost = offerCost;
      return this;
    }

    /** See {@link CampaignSettings#contactCost}. */
    public Builder contactCost(@Nullable Double contactCost) {
      this.contactCost = contactCost;
      return this;
    }

    /** See {@link CampaignSettings#minutesPerCall}. */
    public Builder minutesPerCall(@Nullable Double minutesPerCall) {
      this.minutesPerCall = minutesPerCall;
      return this;
    }

    /** See {@link CampaignSettings#valueField}. */
    public Builder valueField(@Nullable String valueField) {
      this.valueField = valueField;
      return this;
    }

    /** See {@link CampaignSettings#valueFormula}. */
    public Builder valueFormula(@Nullable String valueFormula) {
      this.valueFormula = valueFormula;
      return this;
    }

    /** See {@link CampaignSettings#skill}. */
    public Builder skill(@Nullable String skill) {
      this.skill = skill;
      return this;
    }

    /** See {@link CampaignSettings#segment}. */
    public Builder segment(String segment) {
      this.segment = segment;
      return this;
    }

    /** See {@link CampaignSettings#offer}. */
    public Builder offer(@Nullable List<OfferText> offer) {
      this.offer = offer;
      return this;
    }

    /** The settings. */
    public CampaignSettings build() {
      return new CampaignSettings(
          name,
          null,
          enterThreshold,
          leaveThreshold,
          startsWith,
          holdOutShare,
          coolDownDays,
          capacityMinutes,
          intake,
          customerValue,
          offerCost,
          contactCost,
          minutesPerCall,
          valueField,
          skill,
          segment,
          null,
          valueFormula,
          null,
          offer);
    }
  }
}
