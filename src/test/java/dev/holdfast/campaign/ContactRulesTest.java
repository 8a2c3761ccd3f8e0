package dev.holdfast.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.campaign.ContactFacts.Attempt;
import dev.holdfast.campaign.ContactPolicy.Cap;
import dev.holdfast.campaign.ContactPolicy.CoolDown;
import dev.holdfast.campaign.ContactPolicy.Retry;
import dev.holdfast.campaign.PolicyDecision.Finding;
import dev.holdfast.customer.ContactCard.Consent;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contact policy, rule by rule, and held against a log of what it allowed. */
class ContactRulesTest {

  private static final String PHONE = ContactFacts.PHONE;
  private static final Instant NOON_IN_SHANGHAI = Instant.parse("2026-03-04T04:00:00Z");
  private static final ContactRules RULES = rules(policy());

  @Test
  void whoeverConsentsIsCalledByDay() {
    assertThat(RULES.decide(facts(List.of()), NOON_IN_SHANGHAI).allowed()).isTrue();
  }

  @Test
  void whatIsNotKnownForbids() {
    assertThat(blocks(with(facts(List.of()), Consent.UNKNOWN), NOON_IN_SHANGHAI))
        .containsExactly(PolicyRule.CONSENT);
    ContactFacts nowhere = inZone(facts(List.of()), null);
    PolicyDecision decision = RULES.decide(nowhere, NOON_IN_SHANGHAI);
    assertThat(decision.blocks())
        .extracting(Finding::rule)
        .containsExactly(PolicyRule.ZONE, PolicyRule.HOURS);
    assertThat(decision.opensAt()).as("time alone changes nothing").isEmpty();
    assertThat(blocks(inZone(facts(List.of()), "Atlantis/Center"), NOON_IN_SHANGHAI))
        .contains(PolicyRule.ZONE);
  }

  @Test
  void aDefaultZoneCountsAsKnown() {
    ContactRules rules = rules(policy("Europe/Berlin"));

    assertThat(rules.decide(inZone(facts(List.of()), null), NOON_IN_SHANGHAI).blocks())
        .as("five in the morning in Berlin")
        .extracting(Finding::rule)
        .containsExactly(PolicyRule.HOURS);
    assertThat(
            rules
                .decide(inZone(facts(List.of()), null), NOON_IN_SHANGHAI.plus(Duration.ofHours(4)))
                .allowed())
        .isTrue();
  }

  @Test
  void quietHoursEndInTheMorningThere() {
    Instant night = Instant.parse("2026-03-03T18:00:00Z"); // 02:00 in Shanghai

    PolicyDecision decision = RULES.decide(facts(List.of()), night);

    assertThat(decision.opensAt()).contains(Instant.parse("2026-03-04T01:00:00Z"));
    assertThat(decision.strongestBlock().reason()).contains("09:00-20:00").contains("02:00");
  }

  @Test
  void theLastMinuteIsOpenAndTheNextIsNot() {
    Instant end = Instant.parse("2026-03-04T12:00:00Z"); // 20:00 in Shanghai

    assertThat(RULES.decide(facts(List.of()), end.minusMillis(1)).allowed()).isTrue();
    assertThat(RULES.decide(facts(List.of()), end).allowed()).isFalse();
  }

  @Test
  void aSundayAHolidayAndADayWithoutBusinessAreQuietAndAMakeUpWorkdayIsNot() {
    assertThat(blocks(facts(List.of()), noon("2026-03-08"))).containsExactly(PolicyRule.HOURS);
    assertThat(blocks(facts(List.of()), noon("2026-10-01"))).containsExactly(PolicyRule.HOURS);
    assertThat(blocks(facts(List.of()), noon("2026-10-10")))
        .as("a Saturday that is worked like a Friday")
        .isEmpty();
    OperationalCalendar closed =
        OperationalCalendar.of(
            ZoneOffset.UTC,
            List.of(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
            Map.of(LocalDate.parse("2026-03-04"), 0.0),
            List.of());
    assertThat(
            new ContactRules(policy(), closed)
                .decide(facts(List.of()), NOON_IN_SHANGHAI)
                .strongestBlock()
                .reason())
        .contains("no day of business");
  }

  @Test
  void aPersonOrANumberThatWantsNoContactGetsNone() {
    ContactFacts facts =
        new ContactFacts(
            PHONE,
            "Asia/Shanghai",
            true,
            Consent.GRANTED,
            Set.of(),
            "the person asked for no contact",
            Set.of(),
            List.of(),
            null);

    assertThat(blocks(facts, NOON_IN_SHANGHAI)).containsExactly(PolicyRule.DO_NOT_CONTACT);
    assertThat(RULES.decide(facts, NOON_IN_SHANGHAI).opensAt()).isEmpty();
  }

  @Test
  void aRefusalOfAutomatedMarketingAndAVulnerableCustomerAreHonoured() {
    ContactFacts facts =
        new ContactFacts(
            PHONE,
            "Asia/Shanghai",
            true,
            Consent.GRANTED,
            Set.of("automated-marketing"),
            null,
            Set.of("porting"),
            List.of(),
            null);

    assertThat(blocks(facts, NOON_IN_SHANGHAI))
        .containsExactly(PolicyRule.REFUSAL, PolicyRule.PROFILE);
  }

  @Test
  void theFourthAttemptInNinetyDaysWaitsForTheFirstToLeaveTheWindow() {
    Instant first = noon("2026-01-06");
    ContactFacts facts =
        facts(
            List.of(
                new Attempt(first, PHONE, Disposition.CALL_BACK),
                new Attempt(noon("2026-01-20"), "email", Disposition.CALL_BACK),
                new Attempt(noon("2026-02-03"), PHONE, Disposition.CALL_BACK)));

    PolicyDecision decision = RULES.decide(facts, NOON_IN_SHANGHAI);

    assertThat(decision.blocks()).extracting(Finding::rule).containsExactly(PolicyRule.CAP);
    assertThat(decision.opensAt()).contains(first.plus(Duration.ofDays(90)));
    assertThat(RULES.decide(facts, first.plus(Duration.ofDays(90))).allowed()).isTrue();
  }

  @Test
  void aTalkRestsThirtyDaysAndARefusalNinety() {
    Instant talk = noon("2026-02-10");

    assertThat(after(Disposition.REACHED, talk, talk.plus(Duration.ofDays(29))))
        .containsExactly(PolicyRule.COOL_DOWN);
    assertThat(after(Disposition.REACHED, talk, talk.plus(Duration.ofDays(30)))).isEmpty();
    assertThat(after(Disposition.REFUSED, talk, talk.plus(Duration.ofDays(89))))
        .containsExactly(PolicyRule.COOL_DOWN);
    assertThat(after(Disposition.REFUSED, talk, talk.plus(Duration.ofDays(90)))).isEmpty();
  }

  @Test
  void nobodyAnsweredWaitsFourHoursThenADayAndRestsAfterTheThird() {
    Instant first = noon("2026-03-02").minus(Duration.ofHours(2));
    List<Attempt> one = List.of(new Attempt(first, PHONE, Disposition.NO_ANSWER));
    assertThat(RULES.decide(facts(one), first.plus(Duration.ofMinutes(239))).opensAt())
        .contains(first.plus(Duration.ofHours(4)));
    assertThat(RULES.decide(facts(one), first.plus(Duration.ofHours(4))).allowed()).isTrue();

    List<Attempt> two = new ArrayList<>(one);
    two.add(new Attempt(first.plus(Duration.ofHours(4)), PHONE, null));
    Instant third = first.plus(Duration.ofHours(28));
    assertThat(RULES.decide(facts(two), third.minusSeconds(1)).allowed()).isFalse();
    assertThat(RULES.decide(facts(two), third).allowed()).isTrue();

    two.add(new Attempt(third, PHONE, Disposition.BUSY));
    assertThat(RULES.decide(facts(two), third.plus(Duration.ofDays(20))).blocks())
        .extracting(Finding::rule)
        .contains(PolicyRule.RETRY, PolicyRule.CAP);
  }

  @Test
  void aPromisedCallBackWaitsForItsTimeAndForNothingElse() {
    Instant at = noon("2026-03-02");
    Instant promised = at.plus(Duration.ofHours(3));
    ContactFacts facts =
        new ContactFacts(
            PHONE,
            "Asia/Shanghai",
            true,
            Consent.GRANTED,
            Set.of(),
            null,
            Set.of(),
            List.of(new Attempt(at, PHONE, Disposition.CALL_BACK)),
            promised);

    assertThat(RULES.decide(facts, promised.minusSeconds(1)).opensAt()).contains(promised);
    assertThat(RULES.decide(facts, promised).allowed()).isTrue();
  }

  /** Dispositions of the simulation with how often each comes, in per cent. */
  private static Disposition drawn(Random random) {
    int percent = random.nextInt(100);
    return percent < 45
        ? Disposition.NO_ANSWER
        : percent < 55
            ? Disposition.BUSY
            : percent < 65
                ? Disposition.CALL_BACK
                : percent < 85
                    ? Disposition.REACHED
                    : percent < 95 ? Disposition.REFUSED : Disposition.ACCEPTED;
  }

  @Test
  void aMillionDecisionsStayWithinThePolicy() {
    Random random = new Random(20260301);
    List<String> zones = zonesOfTheWorld();
    long allowed = 0;
    long decisions = 0;
    for (int party = 0; party < 2_000; party++) {
      String zone = zones.get(random.nextInt(zones.size()));
      ZoneId there = ZoneId.of(zone);
      List<Attempt> log = new ArrayList<>();
      boolean consents = true;
      boolean forbidden = false;
      Instant at = Instant.parse("2026-01-01T00:00:00Z");
      for (int look = 0; look < 500; look++, decisions++) {
        at = at.plusSeconds(random.nextInt(4 * 86_400));
        consents ^= random.nextInt(60) == 0;
        forbidden |= random.nextInt(2_000) == 0;
        ContactFacts facts =
            new ContactFacts(
                PHONE,
                zone,
                true,
                consents ? Consent.GRANTED : Consent.REFUSED,
                Set.of(),
                forbidden ? "asked" : null,
                Set.of(),
                log,
                null);
        if (RULES.decide(facts, at).allowed()) {
          assertThat(mayCall(log, at.atZone(there).toLocalDateTime(), at, consents, forbidden))
              .as("party %d in %s at %s after %s", party, zone, at, log)
              .isTrue();
          log.add(new Attempt(at, PHONE, drawn(random)));
          allowed++;
        }
      }
    }
    assertThat(decisions).isEqualTo(1_000_000);
    assertThat(allowed).as("a policy that allows nothing proves nothing").isGreaterThan(20_000);
  }

  /** The policy of this test said anew, in the plainest way. */
  private static boolean mayCall(
      List<Attempt> log, LocalDateTime local, Instant at, boolean consents, boolean forbidden) {
    DayOfWeek day = local.getDayOfWeek();
    LocalDate date = local.toLocalDate();
    boolean holiday =
        date.getMonthValue() == 10 && date.getDayOfMonth() <= 7 && date.getYear() == 2026;
    boolean open =
        !holiday
            && (date.equals(LocalDate.parse("2026-10-10"))
                || (day != DayOfWeek.SATURDAY && day != DayOfWeek.SUNDAY));
    boolean daytime = local.getHour() >= 9 && local.getHour() < 20;
    long inWindow =
        log.stream().filter(one -> one.at().isAfter(at.minus(Duration.ofDays(90)))).count();
    boolean rested = true;
    for (Attempt one : log) {
      long days =
          switch (Objects.requireNonNull(one.disposition())) {
            case REFUSED -> 90;
            case REACHED, ACCEPTED -> 30;
            default -> 0;
          };
      rested &= !one.at().plus(Duration.ofDays(days)).isAfter(at);
    }
    int unanswered = 0;
    for (int i = log.size() - 1; i >= 0; i--) {
      Disposition disposition = log.get(i).disposition();
      if (disposition != Disposition.NO_ANSWER && disposition != Disposition.BUSY) {
        break;
      }
      unanswered++;
    }
    long hours = unanswered == 0 ? 0 : unanswered == 1 ? 4 : unanswered == 2 ? 24 : 30 * 24;
    boolean waited =
        log.isEmpty() || !log.get(log.size() - 1).at().plus(Duration.ofHours(hours)).isAfter(at);
    return consents && !forbidden && open && daytime && inWindow < 3 && rested && waited;
  }

  @Test
  void onTenThousandDaysOfClockChangesNobodyIsCalledInQuietHours() {
    Random random = new Random(20260329);
    List<String> changing =
        zonesOfTheWorld().stream()
            .filter(zone -> ZoneId.of(zone).getRules().nextTransition(NOON_IN_SHANGHAI) != null)
            .toList();
    int sent = 0;
    for (int customer = 0; customer < 10_000; customer++) {
      String zone = changing.get(random.nextInt(changing.size()));
      ZoneId there = ZoneId.of(zone);
      ZoneOffsetTransition change = there.getRules().nextTransition(NOON_IN_SHANGHAI);
      Instant at = change.getInstant().plusSeconds(random.nextInt(3 * 86_400) - 86_400);
      PolicyDecision decision = RULES.decide(inZone(facts(List.of()), zone), at);
      Instant opens = decision.allowed() ? at : decision.opensAt().orElseThrow();
      for (Instant contact : List.of(opens, opens.plusMillis(random.nextInt(86_400_000)))) {
        if (RULES.decide(inZone(facts(List.of()), zone), contact).allowed()) {
          sent++;
          LocalDateTime local = contact.atZone(there).toLocalDateTime();
          assertThat(mayCall(List.of(), local, contact, true, false))
              .as("%s at %s, there %s", zone, contact, local)
              .isTrue();
        }
      }
      assertThat(RULES.decide(inZone(facts(List.of()), zone), opens).allowed())
          .as("%s opens at %s", zone, opens)
          .isTrue();
    }
    assertThat(sent).isGreaterThan(10_000);
  }

  private static List<String> zonesOfTheWorld() {
    return ZoneId.getAvailableZoneIds().stream()
        .filter(zone -> zone.contains("/") && !zone.startsWith("Etc/"))
        .sorted()
        .toList();
  }

  private static List<PolicyRule> after(Disposition disposition, Instant then, Instant at) {
    return blocks(facts(List.of(new Attempt(then, PHONE, disposition))), at).stream()
        .filter(rule -> rule != PolicyRule.HOURS)
        .toList();
  }

  private static Instant noon(String date) {
    return LocalDate.parse(date).atTime(12, 0).atZone(ZoneId.of("Asia/Shanghai")).toInstant();
  }

  private static List<PolicyRule> blocks(ContactFacts facts, Instant at) {
    return RULES.decide(facts, at).blocks().stream().map(Finding::rule).toList();
  }

  private static ContactFacts facts(List<Attempt> attempts) {
    return new ContactFacts(
        PHONE, "Asia/Shanghai", true, Consent.GRANTED, Set.of(), null, Set.of(), attempts, null);
  }

  private static ContactFacts with(ContactFacts facts, Consent consent) {
    return new ContactFacts(
        facts.channel(),
        facts.zone(),
        facts.reachable(),
        consent,
        facts.refused(),
        facts.doNotContact(),
        facts.flags(),
        facts.attempts(),
        facts.promisedAt());
  }

  private static ContactFacts inZone(ContactFacts facts, @Nullable String zone) {
    return new ContactFacts(
        facts.channel(),
        zone,
        facts.reachable(),
        facts.consent(),
        facts.refused(),
        facts.doNotContact(),
        facts.flags(),
        facts.attempts(),
        facts.promisedAt());
  }

  private static ContactRules rules(ContactPolicy policy) {
    return new ContactRules(policy, OperationalCalendar.plain());
  }

  private static ContactPolicy policy() {
    return policy(null);
  }

  /** Monday to Friday 9 to 20 h, a week of holidays in October and a Saturday worked for it. */
  private static ContactPolicy policy(@Nullable String defaultZone) {
    Map<DayOfWeek, OpenHours> hours = new EnumMap<>(DayOfWeek.class);
    for (DayOfWeek day : DayOfWeek.values()) {
      boolean weekend = day == DayOfWeek.SATURDAY || day == DayOfWeek.SUNDAY;
      hours.put(day, weekend ? OpenHours.CLOSED : OpenHours.of("09:00-20:00"));
    }
    return new ContactPolicy(
        "head of retention",
        defaultZone,
        hours,
        OpenHours.CLOSED,
        LocalDate.parse("2026-10-01")
            .datesUntil(LocalDate.parse("2026-10-08"))
            .collect(Collectors.toSet()),
        Map.of(LocalDate.parse("2026-10-10"), DayOfWeek.FRIDAY),
        Map.of("all", new Cap(3, 90), PHONE, new Cap(3, 90)),
        new CoolDown(30, 90),
        new Retry(List.of(4, 24, 72), 3),
        List.of("automated-marketing"),
        Map.of("vulnerable", "vulnerable", "porting", "porting"),
        false);
  }
}
