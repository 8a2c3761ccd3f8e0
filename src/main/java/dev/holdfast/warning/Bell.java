package dev.holdfast.warning;

import dev.holdfast.warning.SegmentLook.Shortfall;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All segments of a rhythm through time: slot by slot, each segment after the one that contains it.
 *
 * <p>A segment is watched from the slot on in which it is first large enough, up to a number of
 * segments. Used by the live watch, which feeds it from the counts as slots are complete, and by
 * the replay of stored visits: {@link CohortCounts} gives the visits by cell, {@link SlotVisits}
 * those by segment, and this says what follows. The same input gives the same looks. Not
 * thread-safe.
 */
final class Bell {

  private static final int MOST_WEEKS_OF_A_RUN = 4;

  private final BellSettings settings;
  private final Least least;
  private final int mostSegments;
  private final Map<Segment, Watched> watched = new HashMap<>();

  /**
   * From which slot on a segment is watched: the first that has both.
   *
   * @param due customers due, 1 or more
   * @param came customers who came, 0 or more
   */
  record Least(int due, int came) {}

  private static final class Watched {
    private final SegmentSeries series;
    // Since the CUSUM was last at 0, until it rings.
    private final ArrayDeque<Look> run = new ArrayDeque<>();
    private @Nullable Shortfall shortfall;
    private @Nullable Look last;

    Watched(BellSettings settings) {
      series = new SegmentSeries(settings);
    }
  }

  /**
   * A bell that has seen nothing.
   *
   * @param settings of every segment
   * @param least how large a segment is before it is watched
   * @param mostSegments how many are watched, 1 or more; later ones are not
   */
  Bell(BellSettings settings, Least least, int mostSegments) {
    if (least.due() < 1 || mostSegments < 1) {
      throw new IllegalArgumentException(
          "a bell needs 1 or more customers due and segments, had "
              + least.due()
              + " and "
              + mostSegments);
    }
    this.settings = settings;
    this.least = least;
    this.mostSegments = mostSegments;
  }

  /**
   * Looks at the next slot.
   *
   * @param slot later than all before
   * @param segments in an order in which each comes after the one that contains it
   * @param visits by segment; one that is absent has none
   * @param unjudged segments of which this slot says nothing, because it is a holiday, or our own
   *     outage or missing data may explain an absence
   * @return what was seen of each watched segment, in the same order
   */
  List<SegmentLook> look(
      long slot, Collection<Segment> segments, Map<Segment, Visits> visits, Set<Segment> unjudged) {
    List<SegmentLook> looks = new ArrayList<>();
    Map<Segment, Look> parents = new HashMap<>();
    for (Segment segment : segments) {
      Visits own = visits.getOrDefault(segment, Visits.NONE);
      Watched one = watched.get(segment);
      if (one == null) {
        if (own.due() < least.due()
            || own.came() < least.came()
            || watched.size() >= mostSegments) {
          continue;
        }
        one = watch(segment);
      }
      Segment parent = segment.parent();
      Look look =
          one.series.look(
              slot,
              own.due(),
              own.came(),
              !unjudged.contains(segment),
              parent == null ? null : parents.get(parent));
      parents.put(segment, look);
      looks.add(noted(segment, one, look));
    }
    return looks;
  }

  /** Watches a segment from the next slot on, whatever its size: it was watched before. */
  void resume(Segment segment) {
    if (!watched.containsKey(segment)) {
      watch(segment);
    }
  }

  private Watched watch(Segment segment) {
    Watched one = new Watched(settings);
    watched.put(segment, one);
    return one;
  }

  private SegmentLook noted(Segment segment, Watched one, Look look) {
    one.last = look;
    Shortfall shortfall = one.shortfall;
    if (look.judged()) {
      if (shortfall != null) {
        shortfall = shortfall.plus(look);
      } else if (look.verdict() == Look.Verdict.RINGS) {
        one.run.add(look);
        shortfall = sinceItBegan(one.run);
        one.run.clear();
      } else if (look.cusum() > 0) {
        one.run.add(look);
        if (one.run.size() > MOST_WEEKS_OF_A_RUN * settings.slotsAWeek()) {
          one.run.remove();
        }
      } else {
        one.run.clear();
      }
    }
    // The last look of an alarm still tells what it was.
    boolean over =
        look.verdict() == Look.Verdict.RECOVERED || look.verdict() == Look.Verdict.NEW_LEVEL;
    one.shortfall = over ? null : shortfall;
    return new SegmentLook(segment, look, shortfall);
  }

  /**
   * What is missing since the slot that most likely began it: the run of the CUSUM may have begun
   * earlier by chance. Of all beginnings in the run it is that with the largest standardised sum,
   * which is the most likely one of a level that changed by an unknown amount.
   */
  private static Shortfall sinceItBegan(Collection<Look> run) {
    List<Look> slots = List.copyOf(run);
    int best = slots.size() - 1;
    double largest = Double.NEGATIVE_INFINITY;
    double sum = 0;
    for (int i = slots.size() - 1; i >= 0; i--) {
      sum -= slots.get(i).ownZ();
      double standardised = sum / Math.sqrt(slots.size() - i);
      if (standardised > largest) {
        largest = standardised;
        best = i;
      }
    }
    Shortfall shortfall = new Shortfall(slots.get(best).slot(), 0, 0, 0);
    for (Look look : slots.subList(best, slots.size())) {
      shortfall = shortfall.plus(look);
    }
    return shortfall;
  }

  /** The segments that are watched. */
  Set<Segment> watched() {
    return Set.copyOf(watched.keySet());
  }

  /** The newest look at a segment; null if it is not watched. */
  @Nullable Look last(Segment segment) {
    Watched one = watched.get(segment);
    return one == null ? null : one.last;
  }

  /**
   * The smallest lasting drop that rings within a week of days, or a day of hours, on average.
   *
   * @return share of the expected customers, in (0, 1]; NaN while it is not yet known
   */
  double detectableDrop(Segment segment) {
    Look look = last(segment);
    if (look == null || Double.isNaN(look.expected()) || look.due() == 0) {
      return Double.NaN;
    }
    int slots = settings.slotsAWeek() == Rhythm.DAY.slotsAWeek() ? 7 : 24;
    return settings.detectableDrop(look.due(), look.expected(), look.overdispersion(), slots);
  }
}
