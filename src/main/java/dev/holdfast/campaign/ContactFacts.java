package dev.holdfast.campaign;

import dev.holdfast.customer.ContactCard;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the contact policy has to know of a party to decide about one contact.
 *
 * @param channel by which it would be contacted
 * @param zone IANA zone of the party, null if unknown
 * @param reachable true if there is an address or number for the channel
 * @param consent to be contacted for retention on the channel
 * @param refused purposes that the party refused
 * @param doNotContact why the party or its number must not be contacted, null if it may
 * @param flags fields of its profile that may forbid contact and are neither absent nor no
 * @param attempts earlier attempts to reach it, in any order
 * @param promisedAt when the party asked to be called, null if it did not
 */
record ContactFacts(
    String channel,
    @Nullable String zone,
    boolean reachable,
    ContactCard.Consent consent,
    Set<String> refused,
    @Nullable String doNotContact,
    Set<String> flags,
    List<Attempt> attempts,
    @Nullable Instant promisedAt) {

  static final String PHONE = "phone";

  /**
   * One attempt to reach the party.
   *
   * @param disposition what came of it, null as long as nobody said
   */
  record Attempt(Instant at, String channel, @Nullable Disposition disposition) {}
}
