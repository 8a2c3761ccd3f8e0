package dev.holdfast.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.activity.OperationalCalendar.Outage;
import dev.holdfast.activity.RandomHistory;
import dev.holdfast.event.Event;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.ModelTrust;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By which calendar an experiment measures, from its text to the model and back. */
class TimingTest {

  private static final Instant THROUGH = RandomHistory.START.plus(Duration.ofDays(200));
  private static final Consumer<String> SILENT = line -> {};

  @TempDir Path folder;

  @Test
  void weekdaysAreLearntFromWhatWasKnownAndFromNothingLater() {
    List<CustomerHistory> office = office(Synthetic.population(200, 1));
    List<CustomerHistory> thenWeekends = new ArrayList<>();
    for (CustomerHistory history : office) {
      List<Event> events = new ArrayList<>(history.events());
      for (int week = 0; week < 10; week++) {
        Instant saturday = THROUGH.plus(Duration.ofDays(5 + 7L * week));
        events.add(RandomHistory.use("w" + history.customerId() + "-" + week, saturday));
      }
      thenWeekends.add(new CustomerHistory(history.customerId(), events));
    }

    List<Double> learnt = weekdays(office, THROUGH);

    assertThat(learnt.subList(5, 7)).containsOnly(0.0);
    assertThat(learnt.subList(0, 5)).allSatisfy(w -> assertThat(w).isCloseTo(1.4, within(0.25)));
    assertThat(weekdays(thenWeekends, THROUGH)).isEqualTo(learnt);
    assertThat(weekdays(thenWeekends, THROUGH.plus(Duration.ofDays(70)))).isNotEqualTo(learnt);
    assertThatThrownBy(() -> weekdays(office, RandomHistory.START.plus(Duration.ofDays(15))))
        .hasMessageContaining("at least 3 weeks");
  }

  @Test
  void aModelOfLearntWeekdaysNamesThemAndIsTrainedAgainToTheByte() {
    HistorySource source = office(Synthetic.population(300, 2))::forEach;
    ModelTrust trust = ModelTrust.in(folder.resolve("keys"));

    TrainingResult trained =
        new TrainingRun(experiment("{weekdays: learned}"), source, Exposures.none(), SILENT)
            .run(folder.resolve("models"), trust);

    List<Double> served = ChurnModel.load(trained.files(), trust).priors().weekdays();
    assertThat(served.subList(5, 7)).containsOnly(0.0);
    Reproduction again =
        Reproduction.of(
            trained.version(),
            trained.files(),
            new TrainingInput(source, Exposures.none()),
            SILENT);
    assertThat(again.equal()).isTrue();
    assertThat(again.sameRows()).isTrue();
  }

  @Test
  void theCalendarOfTheStoreMeasuresUnlessTheExperimentSaysAnother() {
    Instant from = RandomHistory.START.plus(Duration.ofDays(100));
    OperationalCalendar ours =
        OperationalCalendar.plain().withOutage(new Outage(from, from.plus(Duration.ofDays(9))));
    HistorySource store = store(Synthetic.population(200, 3), ours);

    SnapshotSet set = SnapshotSet.of(Synthetic.experiment(), store, Exposures.none(), SILENT);

    assertThat(set.calendar()).isEqualTo(ours);
    ActivityState before = new Replay(Synthetic.population(200, 3).get(0).events(), ours).at(from);
    assertThat(Features.of(before, from.plus(Duration.ofDays(9)), set.priors()))
        .isEqualTo(Features.of(before, from, set.priors()));
    assertThat(Timing.of(experiment("{weekdays: learned}"), store, THROUGH, SILENT).outages())
        .isEqualTo(ours.outages());
    assertThat(Timing.of(experiment("{zone: Asia/Shanghai}"), store, THROUGH, SILENT).outages())
        .isEmpty();
    TrainingInput known = new TrainingInput(store, Exposures.none()).knownBy(THROUGH);
    assertThat(known.histories().calendar()).isEqualTo(ours);
  }

  private static HistorySource store(
      List<CustomerHistory> histories, OperationalCalendar calendar) {
    return new HistorySource() {
      @Override
      public void forEach(Consumer<CustomerHistory> consumer) {
        histories.forEach(consumer);
      }

      @Override
      public OperationalCalendar calendar() {
        return calendar;
      }
    };
  }

  private static List<Double> weekdays(List<CustomerHistory> histories, Instant through) {
    return Timing.of(experiment("{weekdays: learned}"), histories::forEach, through, SILENT)
        .weekdays();
  }

  private static Experiment experiment(String calendar) {
    return Experiment.parse(
        """
        name: weekdays
        churn: {horizon: P30D}
        lateness: P0D
        logistic: {c: 0.03}
        calendar: %s
        """
            .formatted(calendar),
        "weekdays.yaml");
  }

  /** The same customers, at weekends only silent. */
  private static List<CustomerHistory> office(List<CustomerHistory> histories) {
    return histories.stream()
        .map(
            history ->
                new CustomerHistory(
                    history.customerId(),
                    history.events().stream()
                        .filter(
                            event ->
                                event
                                        .occurredAt()
                                        .atZone(ZoneOffset.UTC)
                                        .getDayOfWeek()
                                        .compareTo(DayOfWeek.SATURDAY)
                                    < 0)
                        .toList()))
        .filter(history -> !history.events().isEmpty())
        .toList();
  }
}
