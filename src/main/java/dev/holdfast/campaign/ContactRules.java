package dev.holdfast.campaign;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.campaign.ContactFacts.Attempt;
import dev.holdfast.campaign.PolicyDecision.Finding;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides by the contact policy, from facts alone. Fails closed: what is not known forbids.
 *
 * <p>A day to which the operational calendar gives no weight is closed, since nobody is expected
 * then. An attempt of which nobody said what came of it counts as unanswered.
 */
final class ContactRules {

  private final ContactPolicy policy;
  private final ContactPolicy.ClosedDays closedDays;

  ContactRules(ContactPolicy policy, OperationalCalendar calendar) {
    this.policy = policy;
    this.closedDays = date -> calendar.weight(date) == 0;
  }

  /** Whether the party may be contacted at {@code at}: every rule, with its reason. */
  PolicyDecision decide(ContactFacts facts, Instant at) {
    List<Finding> findings = new ArrayList<>(PolicyRule.values().length);
    findings.add(
        facts.doNotContact() == null
            ? allows(PolicyRule.DO_NOT_CONTACT, "nobody asked for no contact")
            : forbids(PolicyRule.DO_NOT_CONTACT, facts.doNotContact()));
    findings.add(consent(facts));
    findings.add(refusal(facts));
    findings.add(profile(facts));
    findings.add(contactPoint(facts));
    Optional<ZoneId> zone = policy.zone(facts.zone());
    findings.add(zone(facts, zone));
    findings.add(hours(zone, at));
    findings.add(cap(facts, at));
    findings.add(coolDown(facts.attempts(), at));
    findings.add(retry(facts, at));
    return new PolicyDecision(at, findings);
  }

  /**
   * Until when a contact still belongs on a list that is made now: the end of the local day on
   * which the hours are open next, today or within 24 hours; {@code at} if they are not.
   */
  Instant endOfList(ContactFacts facts, Instant at) {
    Optional<ZoneId> zone = policy.zone(facts.zone());
    if (zone.isEmpty()) {
      return at;
    }
    return policy
        .nextOpening(at, zone.get(), closedDays)
        .filter(opening -> opening.isBefore(at.plus(Duration.ofDays(1))))
        .map(
            opening ->
                opening
                    .atZone(zone.get())
                    .toLocalDate()
                    .plusDays(1)
                    .atStartOfDay(zone.get())
                    .toInstant())
        .orElse(at);
  }

  private static Finding consent(ContactFacts facts) {
    return switch (facts.consent()) {
      case GRANTED -> allows(PolicyRule.CONSENT, "given for " + facts.channel() + ", retention");
      case REFUSED -> forbids(PolicyRule.CONSENT, "refused for " + facts.channel());
      case UNKNOWN -> forbids(PolicyRule.CONSENT, "never given for " + facts.channel());
    };
  }

  private Finding refusal(ContactFacts facts) {
    for (String purpose : policy.refusals()) {
      if (facts.refused().contains(purpose)) {
        return forbids(PolicyRule.REFUSAL, purpose + " was refused");
      }
    }
    return allows(PolicyRule.REFUSAL, "not refused: " + String.join(", ", policy.refusals()));
  }

  private Finding profile(ContactFacts facts) {
    for (Map.Entry<String, String> field : policy.blockingFields().entrySet()) {
      if (facts.flags().contains(field.getKey())) {
        return forbids(PolicyRule.PROFILE, field.getValue());
      }
    }
    return allows(
        PolicyRule.PROFILE,
        "not in the profile: " + String.join(", ", policy.blockingFields().keySet()));
  }

  private Finding contactPoint(ContactFacts facts) {
    if (facts.reachable()) {
      return allows(PolicyRule.CONTACT_POINT, "there is one for " + facts.channel());
    }
    return policy.numbersElsewhere()
        ? allows(PolicyRule.CONTACT_POINT, "kept elsewhere")
        : forbids(PolicyRule.CONTACT_POINT, "there is none for " + facts.channel());
  }

  private Finding zone(ContactFacts facts, Optional<ZoneId> zone) {
    if (zone.isEmpty()) {
      return forbids(PolicyRule.ZONE, "the zone is unknown and the policy has no default");
    }
    return allows(
        PolicyRule.ZONE, facts.zone() == null ? zone.get() + ", by default" : zone.get().getId());
  }

  private Finding hours(Optional<ZoneId> zone, Instant at) {
    if (zone.isEmpty()) {
      return forbids(PolicyRule.HOURS, "what time it is there is unknown");
    }
    LocalDate date = at.atZone(zone.get()).toLocalDate();
    boolean closedDay = closedDays.contain(date);
    OpenHours open = closedDay ? OpenHours.CLOSED : policy.on(date);
    String kind =
        closedDay
            ? " (no day of business)"
            : policy.holidays().contains(date)
                ? " (holiday)"
                : policy.workdays().containsKey(date) ? " (make-up workday)" : "";
    String reason =
        date.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH)
            + " "
            + date
            + kind
            + ": "
            + open
            + ", there "
            + at.atZone(zone.get()).toLocalTime().withNano(0);
    if (open.contain(at.atZone(zone.get()).toLocalTime())) {
      return allows(PolicyRule.HOURS, reason);
    }
    return new Finding(
        PolicyRule.HOURS,
        false,
        reason,
        policy.nextOpening(at, zone.get(), closedDays).orElse(null));
  }

  private Finding cap(ContactFacts facts, Instant at) {
    Finding all = cap(ContactPolicy.ALL_CHANNELS, facts.attempts(), at);
    Finding channel =
        cap(
            facts.channel(),
            facts.attempts().stream()
                .filter(attempt -> attempt.channel().equals(facts.channel()))
                .toList(),
            at);
    if (all.allowed() || channel.allowed()) {
      return all.allowed() ? channel : all;
    }
    boolean longer =
        all.until() == null || (channel.until() != null && !all.until().isBefore(channel.until()));
    return longer ? all : channel;
  }

  private Finding cap(String name, List<Attempt> attempts, Instant at) {
    ContactPolicy.Cap cap = policy.caps().get(name);
    if (cap == null) {
      return allows(PolicyRule.CAP, "no cap for " + name);
    }
    Duration window = Duration.ofDays(cap.days());
    Instant from = at.minus(window);
    List<Instant> within =
        attempts.stream().map(Attempt::at).filter(one -> one.isAfter(from)).sorted().toList();
    String reason = within.size() + " of " + cap.most() + " in " + cap.days() + " days, " + name;
    if (within.size() < cap.most()) {
      return allows(PolicyRule.CAP, reason);
    }
    // As many must leave the window as it takes to be one below the cap.
    Instant until = cap.most() == 0 ? null : within.get(within.size() - cap.most()).plus(window);
    return new Finding(PolicyRule.CAP, false, reason, until);
  }

  private Finding coolDown(List<Attempt> attempts, Instant at) {
    Instant until = null;
    String reason = "nothing to rest from";
    for (Attempt attempt : attempts) {
      int days = restDays(attempt.disposition());
      Instant end = attempt.at().plus(Duration.ofDays(days));
      if (days > 0 && end.isAfter(at) && (until == null || end.isAfter(until))) {
        until = end;
        reason = days + " days after " + word(attempt.disposition()) + " on " + date(attempt.at());
      }
    }
    return new Finding(PolicyRule.COOL_DOWN, until == null, reason, until);
  }

  private int restDays(@Nullable Disposition disposition) {
    if (disposition == null) {
      return 0;
    }
    return switch (disposition) {
      case REACHED, ACCEPTED, COMPLAINT_RAISED, SOLVED, DO_NOT_CONTACT ->
          policy.coolDown().completedDays();
      case REFUSED -> policy.coolDown().refusedDays();
      case NO_ANSWER, BUSY, WRONG_NUMBER, CALL_BACK -> 0;
    };
  }

  private Finding retry(ContactFacts facts, Instant at) {
    Instant promised = facts.promisedAt();
    if (promised != null) {
      return promised.isAfter(at)
          ? new Finding(PolicyRule.RETRY, false, "a call was promised for " + promised, promised)
          : allows(PolicyRule.RETRY, "a call was promised for " + promised);
    }
    List<Attempt> newestFirst =
        facts.attempts().stream().sorted(Comparator.comparing(Attempt::at).reversed()).toList();
    int unanswered = 0;
    while (unanswered < newestFirst.size()
        && unanswered(newestFirst.get(unanswered).disposition())) {
      unanswered++;
    }
    if (unanswered == 0) {
      return allows(PolicyRule.RETRY, "nothing unanswered");
    }
    ContactPolicy.Retry retry = policy.retry();
    Instant last = newestFirst.get(0).at();
    Instant until =
        unanswered >= retry.most()
            ? last.plus(Duration.ofDays(policy.coolDown().completedDays()))
            : last.plus(
                Duration.ofHours(
                    retry.hours().get(Math.min(unanswered, retry.hours().size()) - 1)));
    String reason = unanswered + " of " + retry.most() + " unanswered, last on " + date(last);
    return until.isAfter(at)
        ? new Finding(PolicyRule.RETRY, false, reason, until)
        : allows(PolicyRule.RETRY, reason);
  }

  private static boolean unanswered(@Nullable Disposition disposition) {
    return disposition == null || disposition.reachesNobody();
  }

  private static String word(@Nullable Disposition disposition) {
    return disposition == null ? "an attempt" : disposition.wireName();
  }

  private static String date(Instant at) {
    return at.toString().substring(0, 10);
  }

  private static Finding allows(PolicyRule rule, String reason) {
    return new Finding(rule, true, reason, null);
  }

  private static Finding forbids(PolicyRule rule, String reason) {
    return new Finding(rule, false, reason, null);
  }
}
