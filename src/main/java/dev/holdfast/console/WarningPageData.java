package dev.holdfast.console;

import dev.holdfast.warning.CohortFigures;
import dev.holdfast.warning.FeedReport;
import dev.holdfast.warning.Incident;
import dev.holdfast.warning.Notice;
import dev.holdfast.warning.SegmentReport;
import dev.holdfast.warning.SharedTrait;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of warnings shows.
 *
 * @param open incidents that are not over
 * @param past the newest that are
 * @param feeds how each watched feed does
 * @param segments the watched segments, each after its parent; empty for readers who may not
 * @param seesFeeds true for a reader who gets the same from the API
 */
public record WarningPageData(
    List<Incident> open,
    List<Incident> past,
    List<FeedReport> feeds,
    List<SegmentLine> segments,
    boolean seesFeeds) {

  public WarningPageData {
    open = List.copyOf(open);
    past = List.copyOf(past);
    feeds = List.copyOf(feeds);
    segments = List.copyOf(segments);
  }

  /**
   * A segment in the tree.
   *
   * @param expected customers who were to be expected in its newest slot; null while not known
   * @param tone good, warn, bad, or empty
   */
  public record SegmentLine(
      SegmentReport report, boolean hourly, @Nullable Double expected, String tone) {}

  /**
   * One incident.
   *
   * @param figures of a segment; null for a feed
   * @param chart of a segment; null for a feed, and while too little was seen
   * @param shared what the missing customers have in common more than others
   * @param mayAct true if the reader may say something to it
   * @param mayCall true if the reader may begin a campaign for its customers, and it names some
   * @param problem what went wrong with the step before; null if nothing did
   */
  public record Detail(
      Incident incident,
      @Nullable CohortFigures figures,
      @Nullable CohortChart chart,
      List<SharedTrait> shared,
      List<Incident.Entry> history,
      List<Notice> told,
      boolean mayAct,
      boolean mayCall,
      @Nullable String problem) {

    public Detail {
      shared = List.copyOf(shared);
      history = List.copyOf(history);
      told = List.copyOf(told);
    }

    /** True while something can be done about it. */
    public boolean lasts() {
      return incident.state() != Incident.State.RESOLVED;
    }

    /** Fewest and most visits that are missing, which is never less than none. */
    public double missingLow() {
      return figures == null ? 0 : Math.max(0, figures.missingLow());
    }

    /** See {@link #missingLow}. */
    public double missingHigh() {
      return figures == null ? 0 : Math.max(0, figures.missingHigh());
    }
  }

  /**
   * The customers of an incident, some at a time.
   *
   * @param next where the next begin; null if there are none
   */
  public record Missing(Incident incident, List<Named> customers, @Nullable Long next) {}

  /** A customer and the address of their page. */
  public record Named(String customer, String address) {}
}
