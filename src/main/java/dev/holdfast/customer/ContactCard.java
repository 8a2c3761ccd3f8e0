package dev.holdfast.customer;

import org.jspecify.annotations.Nullable;

/**
 * How a party may be reached by phone for retention.
 *
 * @param partyId internal
 * @param zone IANA zone in which the party lives, null if unknown
 * @param phone number as given, null if there is none
 * @param consent to be called for retention
 * @param displayName {@code name} in the profile of one of its customers, null if none has one
 */
public record ContactCard(
    long partyId,
    @Nullable String zone,
    @Nullable String phone,
    Consent consent,
    @Nullable String displayName) {

  /** What the newest statement says. */
  public enum Consent {
    GRANTED,
    REFUSED,
    /** Nobody ever said anything. */
    UNKNOWN
  }
}
