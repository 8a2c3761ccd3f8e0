package dev.holdfast.simulation;

import dev.holdfast.event.EventKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the company sees of a customer on one day.
 *
 * @param uses when in the day the service was used, in rising parts of the day
 * @param topUp when in the day they last bought, as a part of the day; null if they did not
 * @param contacts how often they contacted the company
 * @param ratings their answers to surveys
 * @param complaints how many were opened
 * @param resolved how many were closed
 * @param suspended true if the line was suspended, false if it was resumed, null if neither
 */
record Evidence(
    List<Double> uses,
    @Nullable Double topUp,
    int contacts,
    List<Integer> ratings,
    int complaints,
    int resolved,
    @Nullable Boolean suspended) {

  /** Of the happenings of a day, in their order. */
  static Evidence of(Day day, List<Happening> happenings) {
    List<Double> uses = new ArrayList<>();
    List<Integer> ratings = new ArrayList<>();
    Double topUp = null;
    Boolean suspended = null;
    int contacts = 0;
    int complaints = 0;
    int resolved = 0;
    for (Happening each : happenings) {
      double part = day.partAt(each.at().toEpochMilli());
      switch (each.kind()) {
        case USAGE -> uses.add(part);
        case PURCHASE -> topUp = part;
        case INTERACTION -> contacts++;
        case FEEDBACK -> ratings.add((Integer) each.properties().get("rating"));
        case COMPLAINT -> {
          complaints += each.name().equals("complaint-opened") ? 1 : 0;
          resolved += each.name().equals("complaint-closed") ? 1 : 0;
        }
        case STATUS ->
            suspended =
                each.name().equals("suspended")
                    ? Boolean.TRUE
                    : each.name().equals("resumed") ? Boolean.FALSE : suspended;
        default -> {
          // Done by the company, or the end of what is read.
        }
      }
    }
    return new Evidence(uses, topUp, contacts, ratings, complaints, resolved, suspended);
  }

  /** The instant after which there is only silence. */
  static long lastSignOfLife(List<Happening> happenings, long since) {
    long last = since;
    for (Happening each : happenings) {
      if (each.kind().isUse() || each.kind() == EventKind.INTERACTION) {
        last = Math.max(last, each.at().toEpochMilli());
      }
    }
    return last;
  }

  /** Uses a day up to the last sign of life, with half a use for the sake of who has none. */
  static double usesADay(List<Happening> happenings, long since) {
    long uses = happenings.stream().filter(each -> each.kind() == EventKind.USAGE).count();
    double days = (lastSignOfLife(happenings, since) - since) / 86_400_000.0;
    return (uses + 0.5) / Math.max(1, days);
  }
}
