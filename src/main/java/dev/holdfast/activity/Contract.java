package dev.holdfast.activity;

import dev.holdfast.event.ContractTerm;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.KindMapping;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Set;

/**
 * The contract of one customer, and when its price or plan last changed. A customer has one
 * contract at a time: one signed while another runs continues it. A contract counts from its
 * signing, even if it starts later: to leave before the start is to leave.
 */
final class Contract {

  static final int BYTES = 3 * 8;

  /** End of a contract that runs until further notice. */
  static final long OPEN_ENDED = Long.MAX_VALUE;

  private static final Set<String> BEGINNINGS = Set.of("signed", "started", "renewed", "extended");
  private static final Set<String> ENDINGS = Set.of("ended", "terminated", "cancelled", "canceled");
  private static final Set<String> PRICE_EVENTS =
      Set.of("price_increased", "price_changed", "plan_changed");

  /** Start of the present term, {@link ActivityState#NEVER} if there never was a contract. */
  long start = ActivityState.NEVER;

  /** First instant without the contract, {@link ActivityState#NEVER} if there never was one. */
  long end = ActivityState.NEVER;

  /** When the price or the plan last changed, {@link ActivityState#NEVER} if it never did. */
  long priceAt = ActivityState.NEVER;

  /** Takes an event of any kind; those that say nothing of a contract change nothing. */
  void add(Event event, long at) {
    if (ends(event)) {
      end = Math.min(end, at);
    } else if (event.kind() == EventKind.CONTRACT) {
      String name = KindMapping.canonical(event.name());
      if (PRICE_EVENTS.contains(name)) {
        priceAt = at;
      }
      Instant endsAt = term(event).endsAt();
      if (endsAt != null || BEGINNINGS.contains(lastWord(name))) {
        begin(term(event), at);
      }
    }
  }

  private void begin(ContractTerm term, long at) {
    long newEnd = term.endsAt() == null ? OPEN_ENDED : ActivityState.micros(term.endsAt());
    if (term.startsAt() != null) {
      start = ActivityState.micros(term.startsAt());
    } else {
      // A renewal ahead of time adds a term to the one that runs.
      start = runsAt(at) && end < newEnd ? end : at;
    }
    end = newEnd;
  }

  boolean runsAt(long at) {
    return end != ActivityState.NEVER && at < end;
  }

  /** True if the event says that the contract is over, whoever ended it. */
  static boolean ends(Event event) {
    return switch (event.kind()) {
      case CONTRACT -> ENDINGS.contains(lastWord(KindMapping.canonical(event.name())));
      case STATUS -> isStatus(event, "closed") || isStatus(event, "ported");
      default -> false;
    };
  }

  /**
   * True if the customer ended it: no {@code reason} is given, or {@code voluntary}. Any other
   * reason, such as {@code payment-failure}, {@code death}, {@code fraud} or {@code ours}, is not
   * known to be the customer's wish. Who ports the number away has chosen to leave.
   */
  static boolean endsVoluntarily(Event event) {
    String reason = Property.word(event, "reason");
    return ends(event)
        && (reason.isEmpty() || reason.equals("voluntary") || isStatus(event, "ported"));
  }

  private static boolean isStatus(Event event, String name) {
    return event.kind() == EventKind.STATUS && event.name().equalsIgnoreCase(name);
  }

  private static ContractTerm term(Event event) {
    try {
      return ContractTerm.of(event.properties());
    } catch (IllegalArgumentException unreadable) {
      // Refused on its way in; one stored before that rule says nothing.
      return new ContractTerm(null, null);
    }
  }

  private static String lastWord(String canonicalName) {
    return canonicalName.substring(canonicalName.lastIndexOf('_') + 1);
  }

  void write(ByteBuffer out) {
    out.putLong(start).putLong(end).putLong(priceAt);
  }

  void read(ByteBuffer in) {
    start = in.getLong();
    end = in.getLong();
    priceAt = in.getLong();
  }
}
