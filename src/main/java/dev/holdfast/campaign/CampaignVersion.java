package dev.holdfast.campaign;

import java.time.Instant;

/**
 * The settings of a campaign from an instant on.
 *
 * @param number from 1
 * @param setAt business instant
 * @param setBy who
 * @param why in their words; empty if nothing was said
 */
public record CampaignVersion(
    int number, CampaignSettings settings, Instant setAt, String setBy, String why) {}
