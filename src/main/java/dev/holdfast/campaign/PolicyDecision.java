package dev.holdfast.campaign;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a party may be contacted at an instant, rule by rule.
 *
 * @param at the instant
 * @param findings one a rule, all rules
 */
public record PolicyDecision(Instant at, List<Finding> findings) {

  /**
   * What one rule says.
   *
   * @param allowed false if it forbids
   * @param reason in plain words
   * @param until when the rule will allow it if nothing else happens; null if it allows already or
   *     if time alone will not change it
   */
  public record Finding(PolicyRule rule, boolean allowed, String reason, @Nullable Instant until) {}

  public PolicyDecision {
    findings = List.copyOf(findings);
  }

  /** True if every rule allows it. */
  public boolean allowed() {
    return findings.stream().allMatch(Finding::allowed);
  }

  /** The rules that forbid it. */
  public List<Finding> blocks() {
    return findings.stream().filter(finding -> !finding.allowed()).toList();
  }

  /**
   * The block that lasts longest: one that time does not lift before all others.
   *
   * @throws IllegalStateException if nothing forbids it
   */
  public Finding strongestBlock() {
    return blocks().stream()
        .max(
            Comparator.comparing(
                finding -> finding.until() == null ? Instant.MAX : finding.until()))
        .orElseThrow(() -> new IllegalStateException("nothing forbids the contact"));
  }

  /**
   * When it is worth asking again: the latest end of a block; empty if nothing forbids it or if
   * time alone lifts not all.
   */
  public Optional<Instant> opensAt() {
    List<Finding> blocks = blocks();
    if (blocks.isEmpty() || blocks.stream().anyMatch(finding -> finding.until() == null)) {
      return Optional.empty();
    }
    return Optional.ofNullable(strongestBlock().until());
  }
}
