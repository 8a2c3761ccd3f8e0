package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.holdfast.platform.Problem;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * What a retention lead writes to start a campaign, over HTTP or in a YAML file. Only the name and
 * the threshold are required.
 *
 * @param name unique, 1 to 100 characters
 * @param enterThreshold risk in (0, 1) that opens an episode
 * @param leaveThreshold risk below which a returned customer's episode closes; by default half a
 *     logit below the enter threshold
 * @param holdOutShare share of parties never contacted, 0 to 0.9; by default 0.2
 * @param coolDownDays days after an episode in which the party opens no other, by default 30
 * @param capacityMinutes agent minutes a day, by default 480
 * @param intake customers a day admitted who already stand above the threshold, by default 50
 * @param customerValue margin kept by a save, by default 200
 * @param offerCost cost of an accepted offer, by default 10
 * @param contactCost cost of a call, by default 1
 * @param minutesPerCall agent minutes of a call, by default 8
 * @param valueField field of the profile with the margin that a save of this customer keeps, for
 *     those who have it; absent for {@code customerValue} for all
 * @param skill that an agent needs for the calls of this campaign; absent for none
 * @param segment whom it is for, see {@link SegmentExpression}; absent for everybody
 */
@JsonIgnoreProperties(ignoreUnknown = false)
public record CampaignSettings(
    @NotBlank @Size(max = 100) String name,
    @NotNull @DecimalMin("0.01") @DecimalMax("0.99") Double enterThreshold,
    @Nullable @DecimalMin("0.001") @DecimalMax("0.99") Double leaveThreshold,
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
    @Nullable @Size(max = SegmentExpression.LONGEST) String segment) {

  private static final String WORD = "[A-Za-z0-9][A-Za-z0-9_.-]{0,39}";

  /** Settings with one value for all customers, no skill and no segment. */
  public CampaignSettings(
      String name,
      Double enterThreshold,
      @Nullable Double leaveThreshold,
      @Nullable Double holdOutShare,
      @Nullable Integer coolDownDays,
      @Nullable Integer capacityMinutes,
      @Nullable Integer intake,
      @Nullable Double customerValue,
      @Nullable Double offerCost,
      @Nullable Double contactCost,
      @Nullable Double minutesPerCall) {
    this(
        name,
        enterThreshold,
        leaveThreshold,
        holdOutShare,
        coolDownDays,
        capacityMinutes,
        intake,
        customerValue,
        offerCost,
        contactCost,
        minutesPerCall,
        null,
        null,
        null);
  }

  private static final double HYSTERESIS_LOGIT = 0.5;

  /**
   * Fills in a campaign.
   *
   * @throws Problem 400 if the leave threshold is not below the enter threshold, or the segment
   *     cannot be read
   */
  void writeTo(Campaign campaign) {
    double leave =
        leaveThreshold != null
            ? leaveThreshold
            : logistic(logit(enterThreshold) - HYSTERESIS_LOGIT);
    if (leave >= enterThreshold) {
      throw Problem.badRequest(
          "leaveThreshold must be below enterThreshold "
              + enterThreshold
              + ", was "
              + leave
              + "; leave it out for the default, half a logit below");
    }
    campaign.name = name;
    campaign.enterThreshold = enterThreshold;
    campaign.leaveThreshold = leave;
    campaign.holdOutShare = orElse(holdOutShare, 0.2);
    campaign.coolDownDays = orElse(coolDownDays, 30);
    campaign.capacityMinutes = orElse(capacityMinutes, 480);
    campaign.intake = orElse(intake, 50);
    campaign.customerValue = orElse(customerValue, 200.0);
    campaign.offerCost = orElse(offerCost, 10.0);
    campaign.contactCost = orElse(contactCost, 1.0);
    campaign.minutesPerCall = orElse(minutesPerCall, 8.0);
    campaign.valueField = valueField;
    campaign.skill = skill;
    campaign.segment = Segments.read(orElse(segment, "")).toString();
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
}
