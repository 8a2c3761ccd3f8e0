package dev.holdfast.campaign;

/**
 * What a party drew in a run of a campaign: drawn once, it stands for the whole run, also when the
 * hold-out share changes.
 *
 * @param arm it is in
 * @param treatmentShare probability of the treatment when it was drawn, in [0, 1]
 */
record Lot(Arm arm, double treatmentShare) {

  /** Draws by the share of now, for a party that has drawn none in the run. */
  static Lot draw(Campaign campaign, long partyId) {
    return new Lot(
        Arm.of(campaign.salt, partyId, campaign.holdOutShare), 1 - campaign.holdOutShare);
  }
}
