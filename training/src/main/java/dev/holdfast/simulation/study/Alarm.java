package dev.holdfast.simulation.study;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.model.Crossing;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;

/**
 * One way of listening to silence: something that rises while nothing happens, and when it is
 * looked at. Between two arrivals the state does not change, so whoever knows its value at the end
 * of such a stretch knows whether it rings within it.
 */
interface Alarm {

  /** For people. */
  String name();

  /**
   * The highest value that is looked at in [from, until); negative infinity if nobody looks.
   *
   * @param state unchanged in that stretch
   */
  double highest(ActivityState state, Instant from, Instant until);

  /**
   * When it rings in [from, until): the first look at a value of {@code level} or more. Empty if
   * there is none.
   */
  Optional<Instant> first(ActivityState state, Instant from, Instant until, double level);

  /**
   * Looks at each arrival and rings at the very minute at which the value reaches the level, found
   * by the search that sets the timers of the service.
   *
   * @param value of a state at an instant; never falls while nothing happens
   */
  static Alarm timer(String name, ToDoubleBiFunction<ActivityState, Instant> value) {
    return new Timer(name, value);
  }

  /**
   * Looks once a day.
   *
   * @param value of a state at an instant
   * @param at when the run ends and whoever stands at the level or above is rung, from midnight UTC
   * @param behind how old the data are then: zero if the run sees everything up to its own instant
   */
  static Alarm daily(
      String name, ToDoubleBiFunction<ActivityState, Instant> value, Duration at, Duration behind) {
    return new Daily(name, value, at, behind);
  }

  /** See {@link Alarm#timer}. */
  record Timer(String name, ToDoubleBiFunction<ActivityState, Instant> value) implements Alarm {

    // As far ahead as the service looks unless it is told otherwise.
    private static final Duration AHEAD = Duration.ofDays(400);

    @Override
    public double highest(ActivityState state, Instant from, Instant until) {
      double atFirst = value.applyAsDouble(state, from);
      Instant lastMinute = until.minusMillis(1).truncatedTo(ChronoUnit.MINUTES);
      return lastMinute.isAfter(from)
          ? Math.max(atFirst, value.applyAsDouble(state, lastMinute))
          : atFirst;
    }

    @Override
    public Optional<Instant> first(ActivityState state, Instant from, Instant until, double level) {
      if (value.applyAsDouble(state, from) >= level) {
        return Optional.of(from);
      }
      return Crossing.first(at -> value.applyAsDouble(state, at), from, AHEAD, level)
          .filter(minute -> minute.isBefore(until));
    }
  }

  /** See {@link Alarm#daily}. */
  record Daily(
      String name, ToDoubleBiFunction<ActivityState, Instant> value, Duration at, Duration behind)
      implements Alarm {

    @Override
    public double highest(ActivityState state, Instant from, Instant until) {
      // The value rises, so the last look is the highest.
      Instant last = dataOfRun(until.minusNanos(1));
      return last.isBefore(from) ? Double.NEGATIVE_INFINITY : value.applyAsDouble(state, last);
    }

    @Override
    public Optional<Instant> first(ActivityState state, Instant from, Instant until, double level) {
      Instant data = dataOfRun(from);
      for (Instant next = data.isBefore(from) ? data.plus(Duration.ofDays(1)) : data;
          next.isBefore(until);
          next = next.plus(Duration.ofDays(1))) {
        if (value.applyAsDouble(state, next) >= level) {
          return Optional.of(next.plus(behind));
        }
      }
      return Optional.empty();
    }

    /** Up to where the data of the newest run reach that has its data at an instant. */
    private Instant dataOfRun(Instant instant) {
      Duration ofDay = at.minus(behind);
      return instant.minus(ofDay).truncatedTo(ChronoUnit.DAYS).plus(ofDay);
    }
  }
}
