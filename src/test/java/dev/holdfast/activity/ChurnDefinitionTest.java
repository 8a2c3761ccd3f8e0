package dev.holdfast.activity;

import static dev.holdfast.activity.ChurnLabel.CHURNED;
import static dev.holdfast.activity.ChurnLabel.STAYED;
import static dev.holdfast.activity.ChurnLabel.TOO_LATE;
import static dev.holdfast.activity.ChurnLabel.UNKNOWN;
import static dev.holdfast.activity.RandomHistory.START;
import static dev.holdfast.activity.RandomHistory.event;
import static dev.holdfast.activity.RandomHistory.state;
import static dev.holdfast.activity.RandomHistory.use;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Cut-off on day 0, two days of lead time, thirty of horizon: the window ends with day 32. */
class ChurnDefinitionTest {

  private static final Instant CUTOFF = START;
  private static final Instant ACTIONABLE = day(2);
  private static final Instant END = day(32);
  private static final Duration TICK = Duration.ofNanos(1_000);
  private static final LabelWindow WINDOW =
      LabelWindow.of(CUTOFF, Duration.ofDays(2), 30, day(1_000));
  private static final ChurnDefinition SILENCE = ChurnDefinition.fixed(30);
  private static final ChurnDefinition CONTRACT =
      ChurnDefinition.contractEnd(30, ChurnDefinition.USUAL_GRACE_DAYS);

  private static Instant day(int day) {
    return CUTOFF.plus(Duration.ofDays(day));
  }

  private static Event signed(Instant at, Instant endsAt) {
    return event(
        "signed-" + at,
        EventKind.CONTRACT,
        "contract-signed",
        at,
        Map.of("endsAt", endsAt.toString()));
  }

  private static Event renewed(Instant at, Instant endsAt) {
    return event(
        "renewed-" + at,
        EventKind.CONTRACT,
        "contract-renewed",
        at,
        Map.of("endsAt", endsAt.toString()));
  }

  private static Event ended(Instant at, String reason) {
    return event("ended-" + at, EventKind.CONTRACT, "contract-ended", at, Map.of("reason", reason));
  }

  /** The label of a customer who signed 300 days ago until {@code endsAt}, and what followed. */
  private static ChurnLabel contract(Instant endsAt, Event... followed) {
    List<Event> history = new ArrayList<>(List.of(signed(day(-300), endsAt)));
    history.addAll(List.of(followed));
    return CONTRACT.label(history, WINDOW);
  }

  private static ChurnLabel silence(Event... followed) {
    List<Event> history = new ArrayList<>(List.of(use("before", CUTOFF)));
    history.addAll(List.of(followed));
    return SILENCE.label(history, WINDOW);
  }

  @Test
  void silenceIsChurnAndAnyUseUpToTheEndOfTheWindowIsNot() {
    assertThat(silence()).isEqualTo(CHURNED);
    assertThat(silence(use("a", CUTOFF.plus(TICK)))).isEqualTo(STAYED);
    assertThat(silence(use("a", day(1)))).as("inside the lead time").isEqualTo(STAYED);
    assertThat(silence(use("a", END))).isEqualTo(STAYED);
    assertThat(silence(use("a", END.plus(TICK)))).isEqualTo(CHURNED);
    assertThat(silence(event("a", EventKind.PURCHASE, "order", day(9)))).isEqualTo(STAYED);
    assertThat(silence(event("a", EventKind.INTERACTION, "call", day(9)))).isEqualTo(CHURNED);
    assertThat(silence(event("a", EventKind.STATUS, "closed", day(9)))).isEqualTo(CHURNED);
  }

  @Test
  void suspendedSilenceIsNotKnown() {
    Event suspended = event("s", EventKind.STATUS, "Suspended", day(9));

    assertThat(silence(suspended)).isEqualTo(UNKNOWN);
    assertThat(silence(suspended, use("a", day(10)))).isEqualTo(UNKNOWN);
    assertThat(silence(use("a", day(8)), suspended)).isEqualTo(STAYED);
    assertThat(silence(event("s", EventKind.STATUS, "suspended", END))).isEqualTo(UNKNOWN);
    assertThat(silence(event("s", EventKind.STATUS, "suspended", END.plus(TICK))))
        .isEqualTo(CHURNED);
  }

  @Test
  void aWindowThatIsNotCompleteIsNotKnownEvenOfThoseWhoCameBack() {
    List<Event> back = List.of(use("before", CUTOFF), use("a", day(9)));
    LabelWindow complete = new LabelWindow(CUTOFF, Duration.ofDays(2), Duration.ofDays(30), END);
    LabelWindow incomplete =
        new LabelWindow(CUTOFF, Duration.ofDays(2), Duration.ofDays(30), END.minus(TICK));

    assertThat(SILENCE.label(back, complete)).isEqualTo(STAYED);
    assertThat(SILENCE.label(back, incomplete)).isEqualTo(UNKNOWN);
  }

  @Test
  void aContractThatTheCustomerEndsInTheHorizonIsChurn() {
    assertThat(contract(day(400), ended(day(9), "voluntary"))).isEqualTo(CHURNED);
    assertThat(contract(day(400), event("e", EventKind.CONTRACT, "Contract Terminated", day(9))))
        .isEqualTo(CHURNED);
    assertThat(contract(day(400), event("e", EventKind.STATUS, "ported", day(9))))
        .isEqualTo(CHURNED);
    assertThat(contract(day(400), event("e", EventKind.STATUS, "closed", day(9))))
        .isEqualTo(CHURNED);
    assertThat(contract(day(400))).isEqualTo(STAYED);
    assertThat(contract(day(400), event("e", EventKind.CANCELLATION, "asked", day(9))))
        .as("to ask is not to leave")
        .isEqualTo(STAYED);
  }

  @Test
  void theEdgesOfTheWindowBelongToItsEarlierPart() {
    assertThat(contract(day(400), ended(CUTOFF.plus(TICK), "voluntary"))).isEqualTo(TOO_LATE);
    assertThat(contract(day(400), ended(ACTIONABLE, "voluntary"))).isEqualTo(TOO_LATE);
    assertThat(contract(day(400), ended(ACTIONABLE.plus(TICK), "voluntary"))).isEqualTo(CHURNED);
    assertThat(contract(day(400), ended(END, "voluntary"))).isEqualTo(CHURNED);
    assertThat(contract(day(400), ended(END.plus(TICK), "voluntary"))).isEqualTo(STAYED);
    assertThat(contract(CUTOFF.plus(TICK))).isEqualTo(TOO_LATE);
    assertThat(contract(ACTIONABLE)).isEqualTo(TOO_LATE);
    assertThat(contract(ACTIONABLE.plus(TICK))).isEqualTo(CHURNED);
    assertThat(contract(END)).isEqualTo(CHURNED);
    assertThat(contract(END.plus(TICK))).isEqualTo(STAYED);
  }

  @Test
  void anEndingThatTheCustomerDidNotWishIsACompetingCause() {
    for (String reason : List.of("payment-failure", "death", "fraud", "ours", "whatever")) {
      assertThat(contract(day(400), ended(day(9), reason))).as(reason).isEqualTo(UNKNOWN);
      assertThat(contract(day(400), ended(END.plus(TICK), reason))).as(reason).isEqualTo(STAYED);
    }
    Event closedByUs =
        event("c", EventKind.STATUS, "closed", day(9), Map.of("reason", "Payment failure"));
    assertThat(contract(day(400), closedByUs)).isEqualTo(UNKNOWN);
  }

  @Test
  void aContractThatRunsOutIsChurnUnlessItIsRenewedWithinTheGrace() {
    Instant out = day(10);
    Instant graceEnds = day(40);
    Instant next = day(400);

    assertThat(contract(out)).isEqualTo(CHURNED);
    assertThat(contract(out, renewed(day(5), next))).as("ahead of time").isEqualTo(STAYED);
    assertThat(contract(out, renewed(graceEnds, next))).isEqualTo(STAYED);
    assertThat(contract(out, renewed(graceEnds.plus(TICK), next))).isEqualTo(CHURNED);
    assertThat(contract(out, renewed(day(5), day(20)))).as("for ten days").isEqualTo(CHURNED);
    assertThat(contract(out, renewed(day(5), day(20)), renewed(day(45), next))).isEqualTo(STAYED);
    assertThat(contract(out, event("r", EventKind.CONTRACT, "contract_renewed", day(20))))
        .as("until further notice")
        .isEqualTo(STAYED);
  }

  @Test
  void anEndingWithinTheGraceDecidesWhyTheContractRanOut() {
    assertThat(contract(day(10), ended(day(35), "payment-failure"))).isEqualTo(UNKNOWN);
    assertThat(contract(day(10), ended(day(35), "voluntary"))).isEqualTo(CHURNED);
    assertThat(contract(day(1), ended(day(9), "voluntary")))
        .as("it had run out before anybody could act")
        .isEqualTo(TOO_LATE);
    assertThat(contract(day(10), ended(day(41), "payment-failure")))
        .as("after the grace")
        .isEqualTo(CHURNED);
  }

  @Test
  void aLabelOfAContractIsKnownWhenTheGraceOfTheLastDayIsOver() {
    List<Event> history = List.of(signed(day(-300), day(400)));
    Instant settled = END.plus(Duration.ofDays(30));

    assertThat(CONTRACT.settlingDays()).isEqualTo(30);
    assertThat(CONTRACT.label(history, LabelWindow.of(CUTOFF, Duration.ofDays(2), 30, settled)))
        .isEqualTo(STAYED);
    assertThat(
            CONTRACT.label(
                history, LabelWindow.of(CUTOFF, Duration.ofDays(2), 30, settled.minus(TICK))))
        .isEqualTo(UNKNOWN);
  }

  @Test
  void aContractThatHadEndedUnknownToUsIsTooLate() {
    List<Event> history =
        List.of(signed(day(-300), day(400)), ended(day(-1), "voluntary"), use("a", day(3)));

    assertThat(CONTRACT.label(history, WINDOW)).isEqualTo(TOO_LATE);
  }

  @Test
  void onlyACustomerWithARunningContractIsAskedAboutItsEnd() {
    ActivityState state = state(List.of(signed(day(-300), day(5))));

    assertThat(CONTRACT.eligible(state, day(4))).isTrue();
    assertThat(CONTRACT.eligible(state, day(5))).isFalse();
    assertThat(SILENCE.eligible(state, day(4))).as("never used it").isFalse();
    assertThat(CONTRACT.eligible(state(List.of(use("a", START))), START)).isFalse();
    assertThat(
            CONTRACT.eligible(
                state(List.of(signed(day(-300), day(5)), ended(day(-9), "fraud"))), day(4)))
        .isFalse();
  }

  @Test
  void definitionsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> ChurnDefinition.contractEnd(0, 30)).hasMessageContaining("horizon");
    assertThatThrownBy(() -> ChurnDefinition.contractEnd(30, -1)).hasMessageContaining("grace");
    assertThatThrownBy(() -> ChurnDefinition.silence(30, -1, 1)).hasMessageContaining("silence");
    assertThatThrownBy(() -> ChurnKind.of("gone")).hasMessageContaining("contract-end");
    assertThatThrownBy(() -> LabelWindow.of(CUTOFF, Duration.ofDays(-1), 30, END))
        .hasMessageContaining("lead time");
    assertThatThrownBy(() -> LabelWindow.of(CUTOFF, Duration.ZERO, 0, END))
        .hasMessageContaining("horizon");
  }
}
