package dev.holdfast.console;

import dev.holdfast.campaign.ContactHistory;
import dev.holdfast.campaign.ContactabilityResource;
import dev.holdfast.campaign.Disposition;
import dev.holdfast.console.MyListData.Call;
import dev.holdfast.console.MyListData.Happened;
import dev.holdfast.console.MyListData.Notice;
import dev.holdfast.console.MyListData.Shift;
import dev.holdfast.console.MyListData.Snooze;
import dev.holdfast.customer.ContactCard;
import dev.holdfast.customer.Customers;
import dev.holdfast.desk.DeskResource;
import dev.holdfast.desk.DeskResource.ClaimView;
import dev.holdfast.desk.RosterResource;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventStore;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.SystemClock;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Gathers what an agent's list shows, from the beans that answer the desk's API. */
@ApplicationScoped
class MyListWords {

  private static final int HAPPENED = 8;
  private static final LocalTime MORNING = LocalTime.of(9, 0);

  private final DeskResource desk;
  private final RosterResource roster;
  private final ContactabilityResource contactability;
  private final ContactHistory history;
  private final Customers customers;
  private final EventStore events;
  private final ReasonTexts reasons;
  private final BusinessClock clock;
  private final SystemClock system;

  MyListWords(
      DeskResource desk,
      RosterResource roster,
      ContactabilityResource contactability,
      ContactHistory history,
      Customers customers,
      EventStore events,
      ReasonTexts reasons,
      BusinessClock clock,
      SystemClock system) {
    this.desk = desk;
    this.roster = roster;
    this.contactability = contactability;
    this.history = history;
    this.customers = customers;
    this.events = events;
    this.reasons = reasons;
    this.clock = clock;
    this.system = system;
  }

  /**
   * The list as of now.
   *
   * @param wanted which call in hand is shown; null for the one that is being made, else the oldest
   */
  MyListData of(Shell shell, @Nullable Long wanted, @Nullable Notice notice) {
    List<ClaimView> mine = desk.mine();
    ClaimView shown =
        mine.stream()
            .filter(one -> wanted != null && one.id() == wanted)
            .findFirst()
            .or(() -> mine.stream().filter(one -> one.state().equals("calling")).findFirst())
            .or(() -> mine.stream().findFirst())
            .orElse(null);
    return new MyListData(
        shown == null ? null : call(shell, shown),
        mine.stream().filter(one -> shown == null || one.id() != shown.id()).toList(),
        shift(shell),
        notice);
  }

  private Call call(Shell shell, ClaimView claim) {
    Instant now = clock.now();
    Long id = customers.find(claim.customer(), now).orElse(null);
    ZoneId zone = claim.zone() == null ? null : ZoneId.of(claim.zone());
    ContactHistory.Offer offer =
        history.offer(claim.taskId()).orElse(new ContactHistory.Offer(0, 0));
    boolean calling = claim.state().equals("calling");
    return new Call(
        claim,
        CustomerFinder.address(claim.customer()),
        reasons.in(shell.language(), claim.reasons()),
        calling && id != null ? phone(id) : null,
        zone == null ? null : now.atZone(zone).toLocalTime().withSecond(0).withNano(0).toString(),
        id == null
            ? List.of()
            : events.recentOf(id, Instant.EPOCH, HAPPENED).stream()
                .map(event -> happened(shell.words(), event))
                .toList(),
        offer.worth(),
        offer.cost(),
        calling || id == null ? List.of() : blocks(shell, claim.customer()),
        Math.max(0, Duration.between(system.now(), claim.leaseUntil()).toMinutes()),
        snooze(shell.words(), zone == null ? shell.formats().zone() : zone, now));
  }

  private @Nullable String phone(long customerId) {
    Map<Long, Long> parties = customers.partiesOf(List.of(customerId));
    long party = parties.getOrDefault(customerId, customerId);
    ContactCard card = customers.contactCards(List.of(party)).get(party);
    return card == null ? null : card.phone();
  }

  private List<String> blocks(Shell shell, String customer) {
    return contactability.get(customer).rules().stream()
        .filter(rule -> rule.verdict().equals("blocks"))
        .map(
            rule ->
                shell
                    .words()
                    .of(
                        "desk_block",
                        shell.words().named("rule", rule.rule().wireName()),
                        reasons.in(shell.language(), rule.reason())))
        .toList();
  }

  static Happened happened(Words words, Event event) {
    StringBuilder text = new StringBuilder(event.name().replace('_', ' '));
    if (event.count() > 1) {
      text.append(" × ").append(event.count());
    }
    if (event.amount() != null) {
      text.append(", ").append(event.amount().stripTrailingZeros().toPlainString());
      if (event.currency() != null) {
        text.append(' ').append(event.currency());
      }
    }
    if (event.channel() != null) {
      text.append(", ").append(words.named("channel", event.channel()));
    }
    return new Happened(event.occurredAt(), event.kind().wireName(), text.toString());
  }

  private static List<Snooze> snooze(Words words, ZoneId zone, Instant now) {
    ZonedDateTime there = now.atZone(zone);
    return List.of(
        new Snooze(words.of("desk_in_an_hour"), now.plus(Duration.ofHours(1))),
        new Snooze(words.of("desk_in_three_hours"), now.plus(Duration.ofHours(3))),
        new Snooze(
            words.of("desk_tomorrow"),
            there.plusDays(1).toLocalDate().atTime(MORNING).atZone(zone).toInstant()));
  }

  /** How far the reader has come today. */
  Shift shift(Shell shell) {
    ZoneId zone = shell.formats().zone();
    Instant now = clock.now();
    Instant midnight = now.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant();
    List<RosterResource.ShiftView> shifts =
        roster.shifts(midnight, midnight.plus(Duration.ofDays(1))).stream()
            .filter(one -> one.agent().equals(shell.user()))
            .toList();
    Map<Disposition, Integer> outcomes = history.outcomesOf(shell.user(), midnight);
    return new Shift(
        midnight,
        shifts.isEmpty()
            ? null
            : (Integer) shifts.stream().mapToInt(RosterResource.ShiftView::minutes).sum(),
        sum(outcomes, one -> true),
        sum(outcomes, one -> !one.reachesNobody()),
        sum(outcomes, Disposition::endsWell));
  }

  static int sum(Map<Disposition, Integer> counts, Predicate<Disposition> of) {
    return counts.entrySet().stream()
        .filter(one -> of.test(one.getKey()))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }
}
