package dev.holdfast.training;

import dev.holdfast.activity.OperationalCalendar;
import java.util.function.Consumer;

/** Where histories come from. Each pass gives the same customers in the same order. */
@FunctionalInterface
public interface HistorySource {

  /** Calls {@code consumer} once for each customer; a pass holds one customer at a time. */
  void forEach(Consumer<CustomerHistory> consumer);

  /** The calendar of the deployment that the histories are of; the plain one if none is known. */
  default OperationalCalendar calendar() {
    return OperationalCalendar.plain();
  }
}
