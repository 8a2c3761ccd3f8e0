package dev.holdfast.monitoring;

import java.util.Map;

/**
 * What one check said of a model.
 *
 * @param check what was asked, such as {@code drift-of-risk}
 * @param state the answer
 * @param words the same in a sentence, with the figures that matter
 * @param figures by name; none if nothing could be measured
 */
public record Verdict(String check, State state, String words, Map<String, Double> figures) {

  public Verdict {
    figures = Map.copyOf(figures);
  }

  static Verdict unknown(String check, String words) {
    return new Verdict(check, State.NOT_YET_KNOWN, words, Map.of());
  }
}
