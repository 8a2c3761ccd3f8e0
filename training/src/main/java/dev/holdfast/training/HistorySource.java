package dev.holdfast.training;

import dev.holdfast.activity.OperationalCalendar;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Where histories come from. Each pass gives the same customers in the same order. */
@FunctionalInterface
public interface HistorySource {

  /** Calls {@code consumer} once for each customer; a pass holds one customer at a time. */
  void forEach(Consumer<CustomerHistory> consumer);

  /** The newest instant at which one of these events became known; empty without any event. */
  default Optional<Instant> knownThrough() {
    Instant[] newest = {Instant.MIN};
    forEach(
        customer ->
            customer
                .events()
                .forEach(
                    event -> {
                      if (event.availableAt().isAfter(newest[0])) {
                        newest[0] = event.availableAt();
                      }
                    }));
    return newest[0].equals(Instant.MIN) ? Optional.empty() : Optional.of(newest[0]);
  }

  /** The calendar of the deployment that the histories are of; the plain one if none is known. */
  default OperationalCalendar calendar() {
    return OperationalCalendar.plain();
  }
}
