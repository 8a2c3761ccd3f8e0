package dev.holdfast.console;

import dev.holdfast.campaign.ReplayResult;
import dev.holdfast.campaign.ReplayRun;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the pages of a campaign's replays show. */
public final class ReplayData {

  private ReplayData() {}

  /**
   * A replay in a list.
   *
   * @param tone of its state: good, bad, warn, or accent
   * @param days in words
   * @param settings in words: version, threshold and model
   * @param took from its beginning to its end, in words; null while it waits or runs, and of one
   *     that was stopped or broken off without a word
   * @param mayStop true if the reader may stop it
   */
  public record Line(
      ReplayRun run,
      String tone,
      String days,
      String settings,
      @Nullable String took,
      boolean mayStop) {}

  /**
   * All of a campaign.
   *
   * @param mayTry true if the reader may start one
   * @param hasThreshold true if the risk opens the campaign's episodes
   * @param form as it was filled in
   * @param wrong what is wrong with a field, by its name
   * @param live where the page listens for changes
   */
  public record Index(
      CampaignData.Head head,
      boolean mayTry,
      boolean hasThreshold,
      ReplayForm form,
      Map<String, String> wrong,
      List<Line> lines,
      String live) {}

  /**
   * What is typed to start one.
   *
   * @param from first day, {@code 2026-01-31}
   * @param to day after the last
   * @param threshold in percent; null or empty for the campaign's
   * @param customers null or empty for as many as usual
   */
  public record ReplayForm(
      @Nullable String from,
      @Nullable String to,
      @Nullable String threshold,
      @Nullable String customers) {}

  /** A replay that is done. */
  public record Done(
      Line line, ReplayResult result, ReplayChart chart, List<DayLine> days, String api) {}

  /** A day's list. */
  public record DayLine(String day, ReplayResult.Day figures) {}

  /**
   * One, or two beside each other.
   *
   * @param line the one
   * @param done those that are done, at most two
   * @param others with which it can be compared
   * @param live where the page listens for changes; null if nothing will change
   */
  public record Shown(
      CampaignData.Head head,
      Line line,
      List<Done> done,
      List<Line> others,
      @Nullable String live) {}
}
