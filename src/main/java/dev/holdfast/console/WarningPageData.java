package dev.holdfast.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of warnings shows, in the words it shows them in.
 *
 * @param now business time
 * @param open incidents that are not over
 * @param past the newest that are
 * @param feeds how each watched feed does
 */
public record WarningPageData(String now, List<Line> open, List<Line> past, List<FeedLine> feeds) {

  public WarningPageData {
    open = List.copyOf(open);
    past = List.copyOf(past);
    feeds = List.copyOf(feeds);
  }

  /** An incident in a list. */
  public record Line(
      long id,
      String subject,
      String words,
      String since,
      String customers,
      String state,
      @Nullable String owner,
      boolean ours) {}

  /**
   * A feed in the list.
   *
   * @param wrong what is wrong with it; null if nothing is
   * @param incident number of its open incident; null if there is none
   */
  public record FeedLine(
      String source,
      String cadence,
      String reported,
      String completeThrough,
      String customers,
      @Nullable String wrong,
      @Nullable Long incident) {}

  /**
   * One incident.
   *
   * @param facts what is known of it, in the order to be read
   * @param chart of a segment; null for a feed, and while too little was seen
   * @param children incidents that it contains
   * @param shared what the missing customers have in common more than others
   * @param customersAddress where its customers are to be had as a file; null if it names none
   * @param commands what can be done, and how
   */
  public record Detail(
      Line line,
      List<Fact> facts,
      @Nullable CohortChart chart,
      @Nullable Long parent,
      List<Long> children,
      List<Shared> shared,
      @Nullable String customersAddress,
      List<Command> commands,
      List<Entry> history,
      List<Told> told) {

    public Detail {
      facts = List.copyOf(facts);
      children = List.copyOf(children);
      shared = List.copyOf(shared);
      commands = List.copyOf(commands);
      history = List.copyOf(history);
      told = List.copyOf(told);
    }
  }

  /** A name and a value. */
  public record Fact(String name, String value) {}

  /** A value that more of the missing have than of those who came. */
  public record Shared(String trait, String missing, String present, String lift, String q) {}

  /** What can be done, and the command that does it. */
  public record Command(String what, String command) {}

  /** A line of the history. */
  public record Entry(String at, String actor, String action, @Nullable String text) {}

  /** A message about it. */
  public record Told(String recipient, String occasion, String state, @Nullable String why) {}
}
