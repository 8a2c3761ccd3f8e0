package dev.holdfast.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.calendar.CalendarJson;
import dev.holdfast.event.Event;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The calendar by which an experiment measures silence and gaps: the one it says, else that of the
 * deployment the histories are of; with weights of the weekdays learnt from the histories where it
 * asks for that.
 */
final class Timing {

  /** In the place of the weights of the weekdays: to be learnt from the histories. */
  private static final String LEARNED = "learned";

  private static final int FEWEST_WEEKS = 3;

  private Timing() {}

  /**
   * Passes if a calendar of an experiment can be used.
   *
   * @throws IllegalArgumentException naming the field that is wrong
   */
  static void check(JsonNode calendar) {
    CalendarJson.read(withoutLearned(calendar));
  }

  private static boolean isLearned(JsonNode calendar) {
    return calendar.path("weekdays").asText().equals(LEARNED);
  }

  private static JsonNode withoutLearned(JsonNode calendar) {
    if (!isLearned(calendar)) {
      return calendar;
    }
    ObjectNode rest = calendar.deepCopy();
    rest.remove("weekdays");
    return rest;
  }

  /** The calendar before anything is learnt. */
  static OperationalCalendar base(Experiment experiment, HistorySource source) {
    JsonNode own = experiment.calendar();
    if (own == null) {
      return source.calendar();
    }
    // Only the weekdays are asked for: all else is as the deployment has it.
    return isLearned(own) && own.size() == 1
        ? source.calendar()
        : CalendarJson.read(withoutLearned(own));
  }

  /**
   * The calendar of an experiment.
   *
   * @param through nothing later is learnt from
   * @throws IllegalStateException if weekdays are to be learnt from less than three weeks
   */
  static OperationalCalendar of(
      Experiment experiment, HistorySource source, Instant through, Consumer<String> progress) {
    OperationalCalendar base = base(experiment, source);
    JsonNode own = experiment.calendar();
    if (own == null || !isLearned(own)) {
      return base;
    }
    OperationalCalendar learnt = base.withWeekdays(weekdays(source, base, through));
    progress.accept("weights of the weekdays from Monday: " + learnt.weekdays());
    return learnt;
  }

  /**
   * How many customers use the service on each weekday, over the whole weeks that end with an
   * instant; days with a weight of their own are left out.
   */
  private static List<Double> weekdays(
      HistorySource source, OperationalCalendar calendar, Instant through) {
    ZoneId zone = calendar.zone();
    // The day of the instant is not over.
    LocalDate end = LocalDate.ofInstant(through, zone);
    LocalDate[] first = {end};
    source.forEach(
        history -> {
          for (Event event : history.events()) {
            if (event.kind().isUse()) {
              LocalDate day = LocalDate.ofInstant(event.occurredAt(), zone);
              first[0] = day.isBefore(first[0]) ? day : first[0];
              break;
            }
          }
        });
    int weeks = (int) ((end.toEpochDay() - first[0].toEpochDay()) / 7);
    if (weeks < FEWEST_WEEKS) {
      throw new IllegalStateException(
          "weights of the weekdays need at least "
              + FEWEST_WEEKS
              + " weeks before "
              + through
              + ", there are "
              + weeks
              + "; give the weights, or a later cut-off");
    }
    LocalDate start = end.minusWeeks(weeks);
    long[] perDay = new long[7 * weeks];
    source.forEach(history -> count(history, zone, start, through, perDay));
    double[] sum = new double[7];
    int[] days = new int[7];
    for (int i = 0; i < perDay.length; i++) {
      LocalDate day = start.plusDays(i);
      if (!calendar.days().containsKey(day)) {
        sum[day.getDayOfWeek().ordinal()] += perDay[i];
        days[day.getDayOfWeek().ordinal()]++;
      }
    }
    List<Double> weights = new ArrayList<>();
    for (int weekday = 0; weekday < 7; weekday++) {
      weights.add(days[weekday] == 0 ? 0 : sum[weekday] / days[weekday]);
    }
    return weights;
  }

  private static void count(
      CustomerHistory history, ZoneId zone, LocalDate start, Instant through, long[] perDay) {
    long last = -1;
    for (Event event : history.events()) {
      if (event.kind().isUse() && !event.availableAt().isAfter(through)) {
        long day = LocalDate.ofInstant(event.occurredAt(), zone).toEpochDay() - start.toEpochDay();
        if (day >= 0 && day < perDay.length && day != last) {
          perDay[(int) day]++;
          last = day;
        }
      }
    }
  }
}
