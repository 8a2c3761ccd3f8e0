package dev.holdfast.warning;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who owns a new incident: the first rule that fits its kind and the beginning of its subject. */
final class OwnerRules {

  private static final String ANY = "*";
  private static final Pattern RULE =
      Pattern.compile("(\\S+)(?:\\s+(.+?))?\\s*->\\s*(\\S(?:.{0,98}\\S)?)");

  private record Rule(String kind, String prefix, String owner) {

    boolean fits(String ofKind, String subject) {
      return (kind.equals(ANY) || kind.equals(ofKind)) && subject.startsWith(prefix);
    }
  }

  private final List<Rule> rules;

  private OwnerRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /**
   * Reads rules such as {@code feed source:billing -> nils; cohort segment:region=north -> anna; *
   * -> lena}.
   *
   * @throws IllegalArgumentException if one is malformed, with its text
   */
  static OwnerRules parse(String text) {
    List<Rule> rules = new ArrayList<>();
    for (String one : text.split(";", -1)) {
      if (one.isBlank()) {
        continue;
      }
      Matcher rule = RULE.matcher(one.strip());
      if (!rule.matches()) {
        throw new IllegalArgumentException(
            "holdfast.warnings.owners: \""
                + one.strip()
                + "\" is no rule KIND [SUBJECT-PREFIX] -> USER; rules are separated by semicolons");
      }
      String prefix = rule.group(2);
      rules.add(new Rule(rule.group(1), prefix == null ? "" : prefix, rule.group(3)));
    }
    return new OwnerRules(rules);
  }

  /** The owner by the rules, empty if none fits. */
  Optional<String> ownerOf(String kind, String subject) {
    return rules.stream().filter(rule -> rule.fits(kind, subject)).map(Rule::owner).findFirst();
  }
}
