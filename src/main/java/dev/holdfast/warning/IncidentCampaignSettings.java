package dev.holdfast.warning;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.holdfast.campaign.CampaignSettings;
import dev.holdfast.campaign.OfferText;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may be said of a campaign for the customers of an incident; all else is as in {@link
 * CampaignSettings}, but nobody's risk is asked.
 *
 * @param name unique, 1 to 100 characters; by default the number and the subject of the incident
 * @param holdOutShare share of parties never contacted, 0 to 0.9; by default 0.5, since nothing is
 *     known yet of how such a campaign does
 * @param coolDownDays days after an episode in which the party opens no other
 * @param capacityMinutes agent minutes a day
 * @param intake customers a day who are admitted
 * @param customerValue margin kept by a save
 * @param offerCost cost of an accepted offer
 * @param contactCost cost of a call
 * @param minutesPerCall agent minutes of a call
 * @param offer what a call may offer, in words, one text for each language
 */
@JsonIgnoreProperties(ignoreUnknown = false)
public record IncidentCampaignSettings(
    @Nullable @Size(min = 1, max = 100) String name,
    @Nullable @DecimalMin("0") @DecimalMax("0.9") Double holdOutShare,
    @Nullable @Min(0) @Max(3650) Integer coolDownDays,
    @Nullable @Min(1) @Max(1_000_000) Integer capacityMinutes,
    @Nullable @Min(0) @Max(1_000_000) Integer intake,
    @Nullable @DecimalMin("0") Double customerValue,
    @Nullable @DecimalMin("0") Double offerCost,
    @Nullable @DecimalMin("0") Double contactCost,
    @Nullable @DecimalMin("0.1") Double minutesPerCall,
    @Nullable @Size(max = 8) List<@NotNull @Valid OfferText> offer) {

  /** Nothing said. */
  static final IncidentCampaignSettings DEFAULTS =
      new IncidentCampaignSettings(null, null, null, null, null, null, null, null, null, null);

  private static final int LONGEST_NAME = 100;

  public IncidentCampaignSettings {
    offer = offer == null ? null : List.copyOf(offer);
  }

  CampaignSettings of(Incident incident) {
    String usual = "incident " + incident.id() + ", " + incident.subject();
    return CampaignSettings.named(
            name != null ? name : usual.substring(0, Math.min(usual.length(), LONGEST_NAME)))
        .holdOutShare(holdOutShare)
        .coolDownDays(coolDownDays)
        .capacityMinutes(capacityMinutes)
        .intake(intake)
        .customerValue(customerValue)
        .offerCost(offerCost)
        .contactCost(contactCost)
        .minutesPerCall(minutesPerCall)
        .offer(offer)
        .build();
  }
}
