package dev.holdfast.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.campaign.CampaignRule;
import dev.holdfast.campaign.ExpectedGain;
import dev.holdfast.campaign.ReplayResult;
import dev.holdfast.campaign.ReplaySettings;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.ModelTrust;
import dev.holdfast.testsupport.TestModel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By a model whose risk is one half after eight days of silence, and a horizon of 21 days. */
class CampaignReplayTest {

  private static final LocalDate FROM = LocalDate.parse("2026-02-01");
  private static final LocalDate TO = LocalDate.parse("2026-03-01");
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir static Path folder;
  static ChurnModel model;

  private final List<CustomerHistory> customers = new ArrayList<>();
  private int sequence;

  @BeforeAll
  static void load() {
    ModelTrust trust = ModelTrust.in(folder);
    model = ChurnModel.load(TestModel.files(trust), trust);
  }

  @Test
  void whoLeftIsCaughtWhoCameBackIsAFalseAlarmAndWhoStoodAboveIsNotCounted() {
    // Days after the first of January; the days of the replay are 31 to 58.
    customer(daily(0, 33)); // leaves: crosses on day 42
    customer(daily(0, 33), daily(46, 120)); // pauses for thirteen days
    customer(daily(0, 120)); // never silent
    customer(daily(0, 10)); // silent for three weeks on the first day already
    customer(daily(0, 50), daily(117, 120)); // leaves on day 50: crosses on day 59, too late

    ReplayResult replay = replay(rule(null));

    assertThat(replay.standing()).isEqualTo(1);
    assertThat(replay.rule().alarms()).isEqualTo(2);
    assertThat(replay.rule().catches()).isEqualTo(1);
    assertThat(replay.rule().falseAlarms()).isEqualTo(1);
    assertThat(replay.rule().precision()).isEqualTo(0.5);
    assertThat(replay.customers()).isEqualTo(5);
    assertThat(replay.leavers()).as("the one caught, the one above, the late one").isEqualTo(3);
    assertThat(replay.rule().recall()).isEqualTo(1 / 3.0);
    assertThat(replay.days())
        .filteredOn(day -> day.alarms() > 0)
        .extracting(ReplayResult.Day::day)
        .containsExactly(LocalDate.parse("2026-02-12"));
    assertThat(replay.rule().quietDays()).isBetween(8.0, 9.0);
    // Half are held out; a leaver takes the offer with probability 0.3, the other for certain.
    assertThat(replay.rule().calls()).isEqualTo(1);
    assertThat(replay.rule().cost()).isEqualTo(1 + 0.5 * 1.3 * 10, within(1e-9));
    assertThat(replay.rule().gain())
        .isEqualTo(0.5 * 0.3 * 200 - replay.rule().cost(), within(1e-9));
    // A model that is nothing but days of silence is the idle rule.
    assertThat(replay.idleDays()).isBetween(7, 8);
    assertThat(replay.idle().catches()).isEqualTo(1);
  }

  @Test
  void whatWasNotKnownThenChangesNothing() {
    List<Event> late = new ArrayList<>(daily(0, 33));
    // A use that was reported four weeks later.
    late.add(use(35, 63));
    late.add(use(110, 110));
    customer(late);

    ReplayResult replay = replay(rule(null));

    assertThat(replay.rule().alarms()).isEqualTo(1);
  }

  @Test
  void anEpisodeThatAnEventOpensIsOverAfterItsDays() {
    List<Event> loud = new ArrayList<>(daily(0, 120));
    for (int day : new int[] {33, 34, 40}) {
      loud.add(event(day, day, EventKind.FEEDBACK, "survey"));
    }
    customer(loud);

    ReplayResult replay = replay(rule(event -> event.name().equals("survey")));

    assertThat(replay.rule().alarms()).as("the second within the first's days").isEqualTo(2);
  }

  @Test
  void anEventCountsOnTheDayAfterItBecameKnownUnlessThatIsTooLate() {
    List<Event> loud = new ArrayList<>(daily(0, 120));
    loud.add(event(33, 34.25, EventKind.FEEDBACK, "survey")); // told a day and six hours later
    loud.add(event(44, 47.25, EventKind.FEEDBACK, "survey")); // too late for a call
    customer(loud);

    ReplayResult replay = replay(rule(event -> event.name().equals("survey")));

    assertThat(replay.days())
        .filteredOn(day -> day.alarms() > 0)
        .extracting(ReplayResult.Day::day)
        .containsExactly(LocalDate.parse("2026-02-05"));
  }

  @Test
  void whoIsAMemberIsAskedOfEachCustomerOnce() {
    customer(daily(0, 33), daily(110, 111));
    customer(daily(0, 33), daily(110, 111));
    List<Long> asked = new ArrayList<>();

    ReplayResult replay =
        replay(
            rule(
                null,
                customer -> {
                  asked.add(customer);
                  return (state, at, risk) -> customer == 2;
                }));

    assertThat(asked).containsExactly(1L, 2L);
    assertThat(replay.customers()).isEqualTo(1);
    assertThat(replay.rule().catches()).isEqualTo(1);
  }

  @Test
  void aLeaverCaughtIsWorthWhatTheCampaignSaysOfItThen() {
    customer(daily(0, 33), daily(110, 111)); // left: crosses on day 42
    customer(daily(0, 33), daily(110, 111));
    List<Instant> asked = new ArrayList<>();

    ReplayResult replay =
        replay(
            rule(
                null,
                customer ->
                    new CampaignRule.Member() {
                      @Override
                      public boolean holds(ActivityState state, Instant at, double risk) {
                        return true;
                      }

                      @Override
                      public @Nullable Double value(ActivityState state, Instant at, double risk) {
                        asked.add(at);
                        return customer == 1 ? 900.0 : null;
                      }
                    }));

    assertThat(replay.rule().catches()).isEqualTo(2);
    assertThat(replay.rule().gain())
        .as("one is worth 900, of the other the campaign's 200 hold")
        .isEqualTo(0.5 * 0.3 * (900 + 200) - replay.rule().cost(), within(1e-9));
    assertThat(asked).contains(Instant.parse("2026-02-12T00:00:00Z"));
  }

  @Test
  void theDaysAreInOrder() {
    assertThatThrownBy(() -> new ReplaySettings(TO, FROM, null, 0))
        .hasMessageContaining("to must be 1 to 366 days after from");
    assertThatThrownBy(() -> new ReplaySettings(FROM, FROM.plusDays(367), null, 0))
        .hasMessageContaining("to must be 1 to 366 days after from");
  }

  private ReplayResult replay(CampaignRule rule) {
    return CampaignReplay.of(
        customers::forEach, model, rule, new ReplaySettings(FROM, TO, null, 0), 1);
  }

  private static CampaignRule rule(@Nullable Predicate<Event> begins) {
    return rule(begins, customer -> (state, at, risk) -> true);
  }

  private static CampaignRule rule(
      @Nullable Predicate<Event> begins, CampaignRule.Members members) {
    return new CampaignRule(
        "try",
        1,
        0.5,
        0.377,
        begins == null ? null : new CampaignRule.Begins(begins, Duration.ofDays(3), 5),
        0,
        Duration.ofDays(180),
        members,
        0.5,
        new ExpectedGain(200, 10, 1, 8));
  }

  @SafeVarargs
  private void customer(List<Event>... parts) {
    List<Event> events = new ArrayList<>();
    for (List<Event> part : parts) {
      events.addAll(part);
    }
    customers.add(new CustomerHistory(customers.size() + 1L, events));
  }

  private List<Event> daily(int from, int to) {
    List<Event> uses = new ArrayList<>();
    for (int day = from; day <= to; day++) {
      uses.add(use(day, day));
    }
    return uses;
  }

  private Event use(int day, int known) {
    return event(day, known, EventKind.USAGE, "login");
  }

  private Event event(double day, double known, EventKind kind, String name) {
    return new Event(
        "e" + sequence++,
        "app",
        "test:1",
        name,
        kind,
        NOON.plus(Duration.ofMinutes(Math.round(day * 1_440))),
        NOON.plus(Duration.ofMinutes(Math.round(known * 1_440))),
        false,
        1,
        null,
        null,
        "app",
        Map.of(),
        false);
  }
}
