package dev.holdfast.training;

import java.util.List;

/**
 * What the gate said of a version.
 *
 * @param passed true if every rule holds
 * @param leakage true if the leakage rule does not hold; no reason outweighs it
 * @param rules each rule with its figures
 */
public record GateVerdict(boolean passed, boolean leakage, List<Rule> rules) {

  /**
   * One rule.
   *
   * @param name what is asked
   * @param holds whether it holds
   * @param figures what was measured
   */
  public record Rule(String name, boolean holds, String figures) {}

  /** One line: passed, or the rules that do not hold. */
  public String text() {
    if (passed) {
      return "passed: all " + rules.size() + " rules hold";
    }
    StringBuilder text = new StringBuilder("refused:");
    String separator = " ";
    for (Rule rule : rules) {
      if (!rule.holds()) {
        text.append(separator).append(rule.name()).append(" (").append(rule.figures()).append(')');
        separator = "; ";
      }
    }
    return text.toString();
  }
}
