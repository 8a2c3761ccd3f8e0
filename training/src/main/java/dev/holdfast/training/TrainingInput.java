package dev.holdfast.training;

import dev.holdfast.activity.OperationalCalendar;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * What is learnt from.
 *
 * @param histories of the customers
 * @param exposures what campaigns decided about them
 */
public record TrainingInput(HistorySource histories, Exposures exposures) {

  /**
   * Files of events, about whose customers no campaign of ours ever decided.
   *
   * @throws dev.holdfast.event.file.UnusableFile if a file or a map cannot be used
   */
  public static TrainingInput files(List<Experiment.File> files, Consumer<String> progress) {
    return new TrainingInput(FileHistories.read(files, progress), Exposures.none());
  }

  private record KnownBy(HistorySource whole, Instant instant) implements HistorySource {

    @Override
    public OperationalCalendar calendar() {
      return whole.calendar();
    }

    @Override
    public void forEach(Consumer<CustomerHistory> consumer) {
      whole.forEach(
          history -> {
            if (history.events().stream().anyMatch(e -> e.availableAt().isAfter(instant))) {
              history =
                  new CustomerHistory(
                      history.customerId(),
                      history.events().stream()
                          .filter(e -> !e.availableAt().isAfter(instant))
                          .toList());
            }
            if (!history.events().isEmpty()) {
              consumer.accept(history);
            }
          });
    }
  }

  /** The same without events that became available later: what could be known then. */
  TrainingInput knownBy(Instant instant) {
    return new TrainingInput(new KnownBy(histories, instant), exposures);
  }
}
