package dev.holdfast.effect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.activity.ChurnDefinition;
import dev.holdfast.activity.Priors;
import dev.holdfast.activity.RandomHistory;
import dev.holdfast.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a label rests on: whoever keeps it forgets it for those events, and for no others. */
class AssignedLabelTest {

  private static final Instant FOREVER = RandomHistory.START.plus(Duration.ofDays(3_000));
  private static final int DAYS = 30;

  @ParameterizedTest
  @ValueSource(strings = {"silence", "contract"})
  void nothingThatHappensAfterwardsChangesIt(String churn) {
    Priors priors = priors(churn);
    int changed = 0;
    for (long seed = 0; seed < 400; seed++) {
      List<Event> all = RandomHistory.of(seed);
      Random random = new Random(seed);
      Instant assigned = all.get(random.nextInt(all.size())).occurredAt();
      Event late = all.get(random.nextInt(all.size()));
      List<Event> before = all.stream().filter(event -> event != late).toList();

      for (Instant complete : List.of(assigned.plusSeconds(1), FOREVER)) {
        AssignedLabel kept = AssignedLabel.of(before, priors, DAYS, assigned, complete);
        AssignedLabel now = AssignedLabel.of(all, priors, DAYS, assigned, complete);
        if (late.occurredAt().isAfter(kept.restsUntil(assigned))) {
          assertThat(now).as("seed %d, %s", seed, late).isEqualTo(kept);
        } else if (!now.equals(kept)) {
          changed++;
        }
      }
    }
    assertThat(changed).as("events of the past that do change it").isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"silence", "contract"})
  void keptItSaysAtAnyTimeWhatTheHistorySays(String churn) {
    Priors priors = priors(churn);
    for (long seed = 0; seed < 200; seed++) {
      List<Event> history = RandomHistory.of(seed);
      Instant assigned = history.get(history.size() / 2).occurredAt();
      for (int then : new int[] {0, 20, 40, 200}) {
        AssignedLabel kept =
            AssignedLabel.of(history, priors, DAYS, assigned, assigned.plus(Duration.ofDays(then)));
        for (int now = 0; now < 240; now += 10) {
          Instant complete = assigned.plus(Duration.ofDays(now));
          AssignedLabel measured = AssignedLabel.of(history, priors, DAYS, assigned, complete);
          assertThat(kept.asOf(complete).orElse(measured)).isEqualTo(measured);
          assertThat(kept.asOf(complete).isEmpty()).isEqualTo(!kept.mature() && measured.mature());
        }
      }
    }
  }

  @Test
  void aUseAfterMaturityIsTooLateToChangeIt() {
    Instant assigned = RandomHistory.START;
    List<Event> history = List.of(RandomHistory.use("before", assigned.minus(Duration.ofDays(9))));
    AssignedLabel gone = AssignedLabel.of(history, priors("silence"), DAYS, assigned, FOREVER);

    assertThat(gone.churned()).isTrue();
    assertThat(gone.restsUntil(assigned)).isEqualTo(assigned.plus(Duration.ofDays(DAYS)));
    assertThat(AssignedLabel.open(gone.maturedAt()).restsUntil(assigned)).isEqualTo(assigned);
  }

  private static Priors priors(String churn) {
    Priors standard = Priors.standard();
    return new Priors(
        standard.version(),
        churn.equals("silence")
            ? ChurnDefinition.perCustomer()
            : ChurnDefinition.contractEnd(20, 10),
        standard.medianGapDays(),
        standard.gapCdf(),
        standard.bgNbd(),
        standard.weekdays());
  }
}
