package dev.holdfast.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The margin that a save of one customer keeps, reckoned from what is known of it: {@code 0.4 * 12
 * * profile.fee - max(0, 30 - profile.months)}.
 *
 * <p>Numbers, names as in a {@link SegmentExpression}, {@code + - * /}, {@code min(a, b)}, {@code
 * max(a, b)} and parentheses; a name may hold a minus, so blanks stand around that which subtracts.
 * A text that is a number counts as one.
 *
 * <p>It calls nothing and takes time proportional to its length. Immutable.
 */
final class ValueFormula {

  static final int LONGEST = 500;

  private static final int DEEPEST = 32;
  private static final Pattern NUMBER =
      Pattern.compile("(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");

  private final String text;
  private final Term term;

  private ValueFormula(String text, Term term) {
    this.text = text;
    this.term = term;
  }

  /**
   * Reads a formula.
   *
   * @param text at most {@value #LONGEST} characters
   * @param known whether a name means anything
   * @param names which names do, in words, for whoever wrote another one
   * @throws SegmentExpression.Unreadable if it is none, naming the place
   */
  static ValueFormula parse(String text, Predicate<String> known, String names) {
    if (text.length() > LONGEST) {
      throw new SegmentExpression.Unreadable(
          "A formula has at most " + LONGEST + " characters", text, LONGEST);
    }
    return new ValueFormula(text.strip(), new Reader(text, known, names).whole());
  }

  /**
   * The amount, 0 if it comes to less; empty if something that it needs is missing, or it comes to
   * no number.
   */
  OptionalDouble of(SegmentExpression.Facts facts) {
    double amount = term.at(facts);
    return Double.isFinite(amount)
        ? OptionalDouble.of(Math.max(0, amount))
        : OptionalDouble.empty();
  }

  /** The formula as it was written. */
  @Override
  public String toString() {
    return text;
  }

  /** A part of the formula; NaN if something is missing. */
  private interface Term {
    double at(SegmentExpression.Facts facts);
  }

  private static double number(SegmentExpression.Facts facts, String name) {
    Object value = facts.of(name);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    try {
      return value instanceof String text ? Double.parseDouble(text) : Double.NaN;
    } catch (NumberFormatException none) {
      return Double.NaN;
    }
  }

  /** Recursive descent over the text. */
  private static final class Reader {

    private final String text;
    private final Predicate<String> known;
    private final String names;
    private int at;
    private int depth;

    Reader(String text, Predicate<String> known, String names) {
      this.text = text;
      this.known = known;
      this.names = names;
    }

    Term whole() {
      Term sum = sum();
      skipBlanks();
      if (at < text.length()) {
        throw unreadable("Expected + - * / or the end", at);
      }
      return sum;
    }

    private Term sum() {
      List<Term> added = new ArrayList<>(List.of(product()));
      while (true) {
        if (mark('+')) {
          added.add(product());
        } else if (mark('-')) {
          Term less = product();
          added.add(facts -> -less.at(facts));
        } else {
          return added.size() == 1
              ? added.get(0)
              : facts -> added.stream().mapToDouble(one -> one.at(facts)).sum();
        }
      }
    }

    private Term product() {
      Term product = one();
      while (true) {
        Term left = product;
        if (mark('*')) {
          Term right = one();
          product = facts -> left.at(facts) * right.at(facts);
        } else if (mark('/')) {
          Term right = one();
          product = facts -> left.at(facts) / right.at(facts);
        } else {
          return product;
        }
      }
    }

    private Term one() {
      if (++depth > DEEPEST) {
        throw unreadable("Nested deeper than " + DEEPEST, at);
      }
      try {
        if (mark('-')) {
          Term negated = one();
          return facts -> -negated.at(facts);
        }
        if (mark('(')) {
          Term inside = sum();
          require(')');
          return inside;
        }
        return named();
      } finally {
        depth--;
      }
    }

    private Term named() {
      skipBlanks();
      int from = at;
      Matcher number = NUMBER.matcher(text).region(at, text.length());
      if (number.lookingAt()) {
        at = number.end();
        double constant = Double.parseDouble(number.group());
        return facts -> constant;
      }
      while (at < text.length() && isOfAName(text.charAt(at))) {
        at++;
      }
      String word = text.substring(from, at);
      if (word.isEmpty()) {
        throw unreadable("Expected a number or a name", from);
      }
      if ((word.equals("min") || word.equals("max")) && mark('(')) {
        Term first = sum();
        require(',');
        Term second = sum();
        require(')');
        return word.equals("min")
            ? facts -> Math.min(first.at(facts), second.at(facts))
            : facts -> Math.max(first.at(facts), second.at(facts));
      }
      if (!known.test(word)) {
        throw unreadable("Expected " + names, from);
      }
      return facts -> number(facts, word);
    }

    private static boolean isOfAName(char c) {
      return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-';
    }

    private void require(char mark) {
      if (!mark(mark)) {
        throw unreadable("Expected " + mark, at);
      }
    }

    private boolean mark(char mark) {
      skipBlanks();
      if (at >= text.length() || text.charAt(at) != mark) {
        return false;
      }
      at++;
      return true;
    }

    private void skipBlanks() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private SegmentExpression.Unreadable unreadable(String expected, int place) {
      return new SegmentExpression.Unreadable(expected, text, place);
    }
  }
}
