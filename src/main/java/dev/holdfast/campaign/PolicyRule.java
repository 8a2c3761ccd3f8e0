package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The rules of the contact policy, in the order in which they are explained. */
public enum PolicyRule {
  /** The party, or whoever answers its number, wants no contact. */
  DO_NOT_CONTACT,
  /** Consent to this channel for retention. */
  CONSENT,
  /** Refusals that forbid every contact, such as of automated marketing. */
  REFUSAL,
  /** Fields of the profile that forbid contact: vulnerable, porting. */
  PROFILE,
  /** There is an address or number. */
  CONTACT_POINT,
  /** It is known what time it is where the party lives. */
  ZONE,
  /** Hours of the weekday, holidays, make-up workdays. */
  HOURS,
  /** Most attempts in so many days. */
  CAP,
  /** Rest after an answered contact. */
  COOL_DOWN,
  /** The wait after an unanswered one, or until the time that the party asked for. */
  RETRY;

  /** The word on the wire and in the database. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
