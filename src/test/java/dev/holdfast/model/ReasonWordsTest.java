package dev.holdfast.model;

import static dev.holdfast.activity.RandomHistory.START;
import static dev.holdfast.activity.RandomHistory.event;
import static dev.holdfast.activity.RandomHistory.use;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.activity.OperationalCalendar.Outage;
import dev.holdfast.activity.Priors;
import dev.holdfast.activity.RandomHistory;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReasonWordsTest {

  private static final FeatureSchema SCHEMA = FeatureSchema.current();
  private static final Priors PRIORS = Priors.standard();

  /** What is said of a feature ten days after {@link RandomHistory#START}. */
  private static String words(String feature, Event... events) {
    ActivityState state = RandomHistory.state(Arrays.asList(events));
    return words(feature, state, day(10));
  }

  private static String words(String feature, ActivityState state, Instant t) {
    Feature one = SCHEMA.features().get(SCHEMA.indexOf(feature));
    return new ReasonWords(SCHEMA, Features.of(state, t, PRIORS), state, t, PRIORS).of(one);
  }

  private static Instant day(int day) {
    return START.plus(Duration.ofDays(day));
  }

  private static Event signed(String endsAt) {
    return event("s", EventKind.CONTRACT, "contract-signed", START, Map.of("endsAt", endsAt));
  }

  @Test
  void silenceOnACalendarIsSpokenOfInDaysOfOperation() {
    OperationalCalendar calendar =
        OperationalCalendar.plain().withOutage(new Outage(day(2), day(5)));
    ActivityState state = ActivityState.empty(calendar);
    state.apply(use("u", START));

    assertThat(words("idle", use("u", START))).startsWith("no use for 10 days; ");
    assertThat(words("idle", state, day(10))).startsWith("no use for 7 days of operation; ");
  }

  @Test
  void aContractIsSpokenOfByItsEnd() {
    Event until = signed(day(40).toString());
    Event over = signed(day(7).toString());
    Event openEnded = event("s", EventKind.CONTRACT, "contract-signed", START);

    assertThat(words("ln1p_contract_days_left", until)).isEqualTo("the contract ends in 30 days");
    assertThat(words("ln1p_contract_days_left", over)).isEqualTo("the contract ended 3 days ago");
    assertThat(words("open_ended_contract", openEnded))
        .isEqualTo("the contract runs until further notice");
    assertThat(words("no_contract", use("u", START))).isEqualTo("has no contract");
  }

  @Test
  void aChangeOfPriceIsSpokenOfByItsDay() {
    assertThat(
            words(
                "ln1p_days_since_price_event",
                event("p", EventKind.CONTRACT, "price-increased", START)))
        .isEqualTo("price or plan changed 10 days ago");
    assertThat(words("no_price_event", use("u", START)))
        .isEqualTo("no change of price or plan so far");
  }

  @Test
  void troubleIsSpokenOfWithItsFigures() {
    Event severe =
        event("c", EventKind.COMPLAINT, "complaint opened", START, Map.of("severity", 3));
    Event closed =
        event("d", EventKind.COMPLAINT, "complaint closed", day(2), Map.of("complaintId", "c"));
    Event call = event("i", EventKind.INTERACTION, "call", START, Map.of("topic", "bill"));
    Event again = event("j", EventKind.INTERACTION, "call", day(1), Map.of("topic", "Bill"));

    assertThat(words("complaint_severity", severe))
        .isEqualTo("1 complaint open, the oldest for 10 days, severity 3 of 3");
    assertThat(words("ln1p_resolution_hours", severe, closed))
        .isEqualTo("complaints took about 2 days to close");
    assertThat(words("repeat_contacts_30", call, again))
        .isEqualTo("had to contact us again about the same thing (1.0 in a month)");
    assertThat(words("failed_7", event("f", EventKind.USAGE, "payment failed", START)))
        .isEqualTo("met with failures in use (1.0 in a week)");
    assertThat(words("failed_7", use("u", START))).isEqualTo("no failures in use lately");
  }

  @Test
  void opinionsAreSpokenOfInTheirOwnScale() {
    Event poor = event("r", EventKind.FEEDBACK, "survey", START, Map.of("rating", 2));
    Event none = use("u", START);

    assertThat(words("last_rating", poor)).isEqualTo("last rated us 2.0 of 5");
    assertThat(words("last_rating", none)).isEqualTo("never gave a rating");
    assertThat(words("sentiment", poor))
        .isEqualTo("speaks of us at -0.5 on a scale from -1 to 1, 0.0 above their average");
    assertThat(words("no_sentiment", none)).isEqualTo("what they think of us is not known");
  }

  @Test
  void silenceToOurCallsAndNarrowerUseAreSpokenOfWithTheirFigures() {
    Event call = event("o", EventKind.OUTBOUND, "call", START, Map.of("outcome", "no-answer"));
    Event phone =
        new Event(
            "u",
            "test",
            "test:1",
            "call",
            EventKind.USAGE,
            START,
            START,
            false,
            1,
            null,
            null,
            "phone",
            Map.of(),
            false);

    assertThat(words("unanswered_90", call))
        .isEqualTo("did not answer us (1.0 of 1.0 contacts in recent months)");
    assertThat(words("never_contacted", phone)).isEqualTo("never contacted by us");
    assertThat(words("channel_phone", phone)).isEqualTo("100 % of contacts and use by phone");
    assertThat(words("ln1p_breadth", phone)).isEqualTo("uses about 0.8 different things a month");
    assertThat(words("hour_shift", phone)).isEqualTo("the hour of use moved by 0.0 hours lately");
  }

  @Test
  void everyFeatureHasWordsForEveryCustomer() {
    for (long seed = 0; seed < 300; seed++) {
      ActivityState state = RandomHistory.state(RandomHistory.of(seed));
      for (Feature feature : SCHEMA.features()) {
        String words = words(feature.name(), state, state.lastOccurredAt().plusSeconds(seed * 999));

        assertThat(words).as(feature.name()).isNotBlank().doesNotContain("NaN", "Infinity", "null");
      }
    }
  }
}
