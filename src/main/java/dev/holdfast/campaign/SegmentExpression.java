package dev.holdfast.campaign;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whom a campaign is for, as an expression over what is known of a customer: {@code profile.plan in
 * ("gold", "silver") and risk >= 0.4 and not (open_complaints > 0)}.
 *
 * <p>Compared are a name and a constant: {@code = != < <= > >=}, {@code in (..)}, {@code is
 * missing}, {@code is not missing}; joined by {@code not}, {@code and}, {@code or} (binding in this
 * order) and parentheses. Texts are equal in their exact letters and are not ordered. A comparison
 * of what is missing, or of a text with a number, is false, whichever it is: so {@code not plan =
 * "gold"} includes those without a plan and {@code plan != "gold"} does not.
 *
 * <p>It computes nothing, calls nothing and takes time proportional to its length. Immutable.
 */
public final class SegmentExpression {

  /** Everybody. */
  static final SegmentExpression ALL = new SegmentExpression("", new All(List.of()), Set.of());

  static final int LONGEST = 2_000;
  private static final int DEEPEST = 32;

  private final String text;
  private final Condition condition;
  private final Set<String> names;

  private SegmentExpression(String text, Condition condition, Set<String> names) {
    this.text = text;
    this.condition = condition;
    this.names = Set.copyOf(names);
  }

  /** What is known of one customer. */
  interface Facts {

    /** A text, a number or a truth; null if it is missing. */
    @Nullable Object of(String name);
  }

  /** An expression that cannot be read. */
  static final class Unreadable extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    Unreadable(String expected, String text, int at) {
      super(
          expected
              + " at character "
              + (at + 1)
              + (at >= text.length() ? ", where it ends" : ": " + shown(text, at)));
    }

    private static String shown(String text, int at) {
      int end = Math.min(text.length(), at + 20);
      return text.substring(at, end) + (end < text.length() ? "…" : "");
    }
  }

  /**
   * Reads an expression.
   *
   * @param text at most {@value #LONGEST} characters; blank for everybody
   * @param known whether a name means anything
   * @param names which names do, in words, for whoever wrote another one
   * @throws Unreadable if it is none, naming the place
   */
  static SegmentExpression parse(String text, Predicate<String> known, String names) {
    if (text.isBlank()) {
      return ALL;
    }
    if (text.length() > LONGEST) {
      throw new Unreadable("A segment has at most " + LONGEST + " characters", text, LONGEST);
    }
    Reader reader = new Reader(text, known, names);
    Condition condition = reader.whole();
    return new SegmentExpression(text.strip(), condition, reader.names);
  }

  /** True if the customer is in the segment. */
  boolean includes(Facts facts) {
    return condition.holds(facts);
  }

  /** What must be known of a customer, by name. */
  Set<String> names() {
    return names;
  }

  /** The expression as it was written; empty for everybody. */
  @Override
  public String toString() {
    return text;
  }

  private sealed interface Condition permits All, Any, Not, Compared, OneOf, Missing {
    boolean holds(Facts facts);
  }

  private record All(List<Condition> conditions) implements Condition {
    @Override
    public boolean holds(Facts facts) {
      return conditions.stream().allMatch(one -> one.holds(facts));
    }
  }

  private record Any(List<Condition> conditions) implements Condition {
    @Override
    public boolean holds(Facts facts) {
      return conditions.stream().anyMatch(one -> one.holds(facts));
    }
  }

  private record Not(Condition condition) implements Condition {
    @Override
    public boolean holds(Facts facts) {
      return !condition.holds(facts);
    }
  }

  private record Compared(String name, Sign sign, Object constant) implements Condition {
    @Override
    public boolean holds(Facts facts) {
      Object value = facts.of(name);
      if (value instanceof Number number && constant instanceof BigDecimal against) {
        double figure = number.doubleValue();
        return !Double.isNaN(figure) && sign.holds(Double.compare(figure, against.doubleValue()));
      }
      if (value == null || value.getClass() != constant.getClass()) {
        return false;
      }
      return sign == Sign.EQUAL ? value.equals(constant) : !value.equals(constant);
    }
  }

  private record OneOf(List<Compared> equal) implements Condition {
    @Override
    public boolean holds(Facts facts) {
      return equal.stream().anyMatch(one -> one.holds(facts));
    }
  }

  private record Missing(String name) implements Condition {
    @Override
    public boolean holds(Facts facts) {
      Object value = facts.of(name);
      return value == null || value instanceof Number number && Double.isNaN(number.doubleValue());
    }
  }

  private enum Sign {
    // Longer ones first: they are looked for in this order.
    LESS_OR_EQUAL("<="),
    GREATER_OR_EQUAL(">="),
    UNEQUAL("!="),
    EQUAL("="),
    LESS("<"),
    GREATER(">");

    private final String written;

    Sign(String written) {
      this.written = written;
    }

    boolean holds(int compared) {
      return switch (this) {
        case LESS_OR_EQUAL -> compared <= 0;
        case GREATER_OR_EQUAL -> compared >= 0;
        case UNEQUAL -> compared != 0;
        case EQUAL -> compared == 0;
        case LESS -> compared < 0;
        case GREATER -> compared > 0;
      };
    }

    boolean orders() {
      return this != EQUAL && this != UNEQUAL;
    }
  }

  /** Recursive descent over the text. */
  private static final class Reader {

    private final String text;
    private final Predicate<String> known;
    private final String knownNames;
    private final Set<String> names = new TreeSet<>();
    private int at;
    private int depth;

    Reader(String text, Predicate<String> known, String knownNames) {
      this.text = text;
      this.known = known;
      this.knownNames = knownNames;
    }

    Condition whole() {
      Condition condition = any();
      skipBlanks();
      if (at < text.length()) {
        throw new Unreadable("Expected and, or, or the end", text, at);
      }
      return condition;
    }

    private Condition any() {
      List<Condition> conditions = new ArrayList<>(List.of(all()));
      while (word("or")) {
        conditions.add(all());
      }
      return conditions.size() == 1 ? conditions.get(0) : new Any(conditions);
    }

    private Condition all() {
      List<Condition> conditions = new ArrayList<>(List.of(one()));
      while (word("and")) {
        conditions.add(one());
      }
      return conditions.size() == 1 ? conditions.get(0) : new All(conditions);
    }

    private Condition one() {
      if (++depth > DEEPEST) {
        throw new Unreadable("Nested deeper than " + DEEPEST, text, at);
      }
      try {
        if (word("not")) {
          return new Not(one());
        }
        if (mark("(")) {
          Condition inside = any();
          require(")");
          return inside;
        }
        return comparison();
      } finally {
        depth--;
      }
    }

    private Condition comparison() {
      String name = name();
      if (word("is")) {
        boolean not = word("not");
        if (!word("missing")) {
          throw new Unreadable("Expected missing or not missing", text, at);
        }
        return not ? new Not(new Missing(name)) : new Missing(name);
      }
      if (word("in")) {
        require("(");
        List<Compared> equal = new ArrayList<>();
        do {
          equal.add(new Compared(name, Sign.EQUAL, constant()));
        } while (mark(","));
        require(")");
        return new OneOf(equal);
      }
      for (Sign sign : Sign.values()) {
        if (mark(sign.written)) {
          skipBlanks();
          int place = at;
          Object constant = constant();
          if (sign.orders() && !(constant instanceof BigDecimal)) {
            throw new Unreadable("Expected a number, since only numbers are ordered,", text, place);
          }
          return new Compared(name, sign, constant);
        }
      }
      throw new Unreadable("Expected = != < <= > >=, in or is missing", text, at);
    }

    private String name() {
      skipBlanks();
      int from = at;
      while (at < text.length() && isOfAName(text.charAt(at))) {
        at++;
      }
      String name = text.substring(from, at);
      if (name.isEmpty() || Character.isDigit(name.charAt(0))) {
        throw new Unreadable("Expected a name", text, from);
      }
      if (!known.test(name)) {
        throw new Unreadable("Expected " + knownNames, text, from);
      }
      names.add(name);
      return name;
    }

    private static boolean isOfAName(char c) {
      return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-';
    }

    private Object constant() {
      skipBlanks();
      int from = at;
      if (at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'')) {
        return quoted(text.charAt(at));
      }
      while (at < text.length() && (isOfAName(text.charAt(at)) || text.charAt(at) == '+')) {
        at++;
      }
      String written = text.substring(from, at);
      if (written.equals("true") || written.equals("false")) {
        return Boolean.valueOf(written);
      }
      try {
        return new BigDecimal(written);
      } catch (NumberFormatException none) {
        at = from;
        throw new Unreadable("Expected a number, true, false or a text in quotes", text, from);
      }
    }

    /** A quote within the text is written twice. */
    private String quoted(char quote) {
      StringBuilder constant = new StringBuilder();
      int from = at++;
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c != quote) {
          constant.append(c);
        } else if (at < text.length() && text.charAt(at) == quote) {
          constant.append(quote);
          at++;
        } else {
          return constant.toString();
        }
      }
      throw new Unreadable("Expected the end of the text that begins", text, from);
    }

    private void require(String mark) {
      if (!mark(mark)) {
        throw new Unreadable("Expected " + mark, text, at);
      }
    }

    private boolean mark(String mark) {
      skipBlanks();
      if (!text.startsWith(mark, at)) {
        return false;
      }
      at += mark.length();
      return true;
    }

    /** A word of the language, in any case, not the beginning of a longer one. */
    private boolean word(String word) {
      skipBlanks();
      int end = at + word.length();
      if (!text.regionMatches(true, at, word, 0, word.length())
          || end < text.length() && isOfAName(text.charAt(end))) {
        return false;
      }
      at = end;
      return true;
    }

    private void skipBlanks() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }
  }
}
