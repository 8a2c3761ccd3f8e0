package dev.holdfast.customer;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a party may be reached by phone.
 *
 * @param partyId internal
 * @param zone IANA zone in which the party lives, null if unknown
 * @param phones numbers as given, newest first; empty if there are none
 * @param consent to be called for retention
 * @param refused purposes for which the party does not want to be called, {@code *} for all
 * @param displayName {@code name} in the profile of one of its customers, null if none has one
 * @param marks those of the fields asked for that stand in the profile of one of its customers and
 *     do not say no: anything but false, 0, no and an empty text
 */
public record ContactCard(
    long partyId,
    @Nullable String zone,
    List<String> phones,
    Consent consent,
    Set<String> refused,
    @Nullable String displayName,
    Set<String> marks) {

  /** What the newest statement says. */
  public enum Consent {
    GRANTED,
    REFUSED,
    /** Nobody ever said anything. */
    UNKNOWN
  }

  /** The newest number, null if there is none. */
  public @Nullable String phone() {
    return phones.isEmpty() ? null : phones.get(0);
  }
}
