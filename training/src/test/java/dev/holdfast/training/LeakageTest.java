package dev.holdfast.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.activity.Direction;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.RandomHistory;
import dev.holdfast.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LeakageTest {

  private static final List<CustomerHistory> POPULATION = Synthetic.population(200, 9);

  private static final FeatureSchema SCHEMA =
      FeatureSchema.of(
          1,
          List.of(
              new Feature("honest", "-", "a", Direction.FROZEN, "says little"),
              new Feature("other", "-", "a", Direction.FROZEN, "says more, or everything")));

  @Test
  void aFeatureThatKnowsTheOutcomeFailsAndAnHonestOneDoesNot() {
    assertThat(Leakage.singleFeature(rows(0.0)).holds()).isFalse();
    assertThat(Leakage.singleFeature(rows(3.0)).holds()).isTrue();
  }

  @Test
  void aReaderThatKnowsWhatArrivesLaterFailsAndAnHonestOneDoesNot() {
    SnapshotSet set = snapshots();
    Instant cutoff = set.cutoff();
    // The latest use before the cut-off of every other customer becomes known a day after it.
    HistorySource late =
        consumer -> POPULATION.forEach(customer -> consumer.accept(lastUseLate(customer, cutoff)));

    GateVerdict.Rule honest =
        Leakage.truncation(set, late, events -> new Replay(events).at(cutoff));
    GateVerdict.Rule leaking =
        Leakage.truncation(
            set,
            late,
            events ->
                RandomHistory.state(
                    events.stream().filter(e -> !e.occurredAt().isAfter(cutoff)).toList()));

    assertThat(honest.holds()).isTrue();
    assertThat(leaking.holds()).isFalse();
  }

  @Test
  void aTrainingLabelKnownAfterTheFirstQuestionOfTheTestFails() {
    SnapshotSet set = snapshots();
    List<SnapshotSet.Window> windows = new ArrayList<>(set.windows());
    SnapshotSet.Window last = windows.remove(windows.size() - 1);
    windows.add(new SnapshotSet.Window(last.cutoff(), set.cutoff().plusNanos(1)));
    SnapshotSet overlapping =
        new SnapshotSet(
            set.cutoff(),
            set.calendar(),
            set.priors(),
            set.learnt(),
            set.training(),
            set.test(),
            set.history(),
            windows,
            set.tested(),
            set.treated());

    assertThat(Leakage.order(set).holds()).isTrue();
    assertThat(Leakage.order(overlapping).holds()).isFalse();
  }

  @Test
  void rowsOfACustomerOnBothSidesOfASplitBetrayTheCoin() {
    Random random = new Random(7);
    Rows.Builder builder = Rows.of(SCHEMA);
    for (int customer = 0; customer < 300; customer++) {
      // As a name would: the same in all rows of a customer, and no other customer's.
      float[] name = {(float) random.nextGaussian(), (float) random.nextGaussian()};
      for (int k = 0; k < 10; k++) {
        builder.add(customer, Instant.EPOCH, name, false, 1);
      }
    }
    Rows rows = builder.build();
    RiskTrainer trees =
        new RiskTrainer.Boosting(
            new Experiment.Boosting(100, 0.3, 8, 1.0, 0.1, 1.0, 1.0, null),
            List.of("honest", "other"),
            1,
            Instant.EPOCH);
    int[] byRow = IntStream.range(0, rows.size()).map(i -> i % CrossFit.FOLDS).toArray();

    assertThat(Leakage.coins(rows, trees, CrossFit.folds(rows, 1), 1).holds()).isTrue();
    assertThat(Leakage.coins(rows, trees, byRow, 1).holds()).isFalse();
  }

  private static SnapshotSet snapshots() {
    return SnapshotSet.of(
        Synthetic.experiment(), POPULATION::forEach, Exposures.none(), progress -> {});
  }

  private static CustomerHistory lastUseLate(CustomerHistory customer, Instant cutoff) {
    List<Event> events = new ArrayList<>(customer.events());
    for (int i = events.size() - 1; i >= 0 && customer.customerId() % 2 == 0; i--) {
      Event e = events.get(i);
      if (!e.occurredAt().isAfter(cutoff)) {
        Instant known = cutoff.plus(Duration.ofDays(1));
        events.set(i, arriving(e, known));
        break;
      }
    }
    return new CustomerHistory(customer.customerId(), events);
  }

  private static Event arriving(Event e, Instant known) {
    return new Event(
        e.id(),
        e.source(),
        e.customer(),
        e.name(),
        e.kind(),
        e.occurredAt(),
        known,
        false,
        e.count(),
        e.amount(),
        e.currency(),
        e.channel(),
        e.properties(),
        e.backfill());
  }

  /** Rows whose second feature is the outcome with so much noise. */
  private static Rows rows(double noise) {
    Random random = new Random(5);
    Rows.Builder rows = Rows.of(SCHEMA);
    for (int i = 0; i < 1_000; i++) {
      boolean churned = random.nextInt(3) == 0;
      float other = (float) ((churned ? 1 : 0) + noise * random.nextGaussian());
      rows.add(i, Instant.EPOCH, new float[] {(float) random.nextGaussian(), other}, churned, 1);
    }
    return rows.build();
  }
}
