package dev.holdfast.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the first page shows to a role: what to do, and the figures it answers for.
 *
 * @param guide the steps from no data to the first list; empty once they are all done
 * @param tasks what waits for this reader today, the most pressing first
 * @param figures that the reader answers for
 */
public record HomeData(List<Step> guide, List<Task> tasks, List<Figure> figures) {

  public HomeData {
    guide = List.copyOf(guide);
    tasks = List.copyOf(tasks);
    figures = List.copyOf(figures);
  }

  /**
   * A step of the first run.
   *
   * @param name its texts are {@code guide_NAME} and {@code guide_NAME_text}
   * @param state {@code done}, {@code now} or {@code later}
   * @param command what to type; null if the step needs none
   */
  public record Step(String name, String state, @Nullable String command) {

    /** The key of what the step is for. */
    public String textName() {
      return name + "_text";
    }
  }

  /**
   * Something to do.
   *
   * @param tone {@code bad}, {@code warn} or {@code accent}
   * @param kind a word for what it is
   * @param text what to do
   * @param path where
   */
  public record Task(String tone, String kind, String text, String path) {}

  /**
   * A figure.
   *
   * @param label what it counts
   * @param value with its unit
   * @param words true if the value is a word or a sentence and no number
   * @param note what drives it
   * @param path what it is made of; null if nobody may look
   */
  public record Figure(
      String label, String value, boolean words, String note, @Nullable String path) {}
}
