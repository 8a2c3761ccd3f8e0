package dev.holdfast.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentExpressionTest {

  private static final Map<String, Object> ANNA =
      Map.of(
          "risk",
          0.42,
          "band",
          "medium",
          "idle",
          5f,
          "few_gaps",
          Float.NaN,
          "profile.plan",
          "gold",
          "profile.city",
          "O'Fallon 北京",
          "profile.age",
          31,
          "profile.vip",
          true);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          risk >= 0.42                                        | true
          risk > 0.42                                         | false
          risk<0.5 and idle>=5                                | true
          risk < 0.1 or idle >= 5 and profile.vip = true      | true
          (risk < 0.1 or idle >= 5) and profile.vip = false   | false
          not risk < 0.1 and band = "medium"                  | true
          profile.plan in ("silver", 'gold')                  | true
          profile.plan in ("silver")                          | false
          profile.plan = "Gold"                               | false
          profile.city = 'O''Fallon 北京'                      | true
          profile.age = 31.0                                  | true
          profile.age = "31"                                  | false
          profile.plan != "silver"                            | true
          profile.country != "DE"                             | false
          not profile.country = "DE"                          | true
          profile.country is missing                          | true
          few_gaps is missing                                 | true
          few_gaps < 1 or few_gaps >= 1                       | false
          profile.plan IS NOT MISSING AND NOT (risk > 1e-1 and risk < 4.1e-1) | true
          `  `                                                | true
          """)
  void saysWhoIsIn(String expression, boolean in) {
    assertThat(segment(expression).includes(ANNA::get)).as(expression).isEqualTo(in);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          risk >                        | Expected a number, true, false or a text in quotes at character 7, where it ends
          risk >= high                  | Expected a number, true, false or a text in quotes at character 9: high
          band > "low"                  | Expected a number, since only numbers are ordered, at character 8: "low"
          risk = 1 risk = 2             | Expected and, or, or the end at character 10: risk = 2
          colour = "red"                | Expected risk, band, profile.FIELD or the name of a feature at character 1: colour = "red"
          (risk = 1                     | Expected ) at character 10, where it ends
          risk in 1                     | Expected ( at character 9: 1
          risk is nothing               | Expected missing or not missing at character 9: nothing
          band = "low                   | Expected the end of the text that begins at character 8: "low
          1 = 1                         | Expected a name at character 1: 1 = 1
          system('rm')                  | Expected risk, band, profile.FIELD or the name of a feature at character 1: system('rm')
          """)
  void saysWhereItCannotBeRead(String expression, String words) {
    assertThatThrownBy(() -> segment(expression))
        .isInstanceOf(SegmentExpression.Unreadable.class)
        .hasMessage(words);
  }

  @Test
  void depthAndLengthAreBounded() {
    assertThatThrownBy(() -> segment("(".repeat(500) + "risk = 1" + ")".repeat(500)))
        .hasMessageStartingWith("Nested deeper than 32 at character 33");
    assertThatThrownBy(() -> segment("not ".repeat(400) + "risk = 1"))
        .hasMessageStartingWith("Nested deeper than 32");
    assertThatThrownBy(() -> segment("risk = 1 or ".repeat(200) + "risk = 1"))
        .hasMessageStartingWith("A segment has at most 2000 characters");
    assertThat(segment("risk = 1 or ".repeat(100) + "risk = 1").includes(ANNA::get)).isFalse();
  }

  @Test
  void itKnowsWhatItAsksFor() {
    assertThat(segment("risk > 0 and (profile.plan = 'x' or risk < 1)").names())
        .containsExactlyInAnyOrder("risk", "profile.plan");
    assertThat(segment("  risk > 0 ")).hasToString("risk > 0");
  }

  /** Random expressions mean what a plain evaluation of the same tree means. */
  @Test
  void bindsAsWritten() {
    Random random = new Random(20261122);
    for (int i = 0; i < 2_000; i++) {
      Map<String, Object> facts = new HashMap<>();
      for (String name : List.of("risk", "idle", "profile.a")) {
        if (random.nextInt(4) > 0) {
          facts.put(name, (double) random.nextInt(3));
        }
      }
      List<String> written = new ArrayList<>();
      boolean expected = disjunction(random, facts, written, 3);
      String expression = String.join(" ", written);
      assertThat(segment(expression).includes(facts::get))
          .as("%s of %s", expression, facts)
          .isEqualTo(expected);
    }
  }

  private static boolean disjunction(
      Random random, Map<String, Object> facts, List<String> out, int depth) {
    boolean value = conjunction(random, facts, out, depth);
    while (random.nextInt(3) == 0) {
      out.add("or");
      value |= conjunction(random, facts, out, depth);
    }
    return value;
  }

  private static boolean conjunction(
      Random random, Map<String, Object> facts, List<String> out, int depth) {
    boolean value = factor(random, facts, out, depth);
    while (random.nextInt(3) == 0) {
      out.add("and");
      value &= factor(random, facts, out, depth);
    }
    return value;
  }

  private static boolean factor(
      Random random, Map<String, Object> facts, List<String> out, int depth) {
    int kind = depth == 0 ? 2 : random.nextInt(4);
    if (kind == 0) {
      out.add("not");
      return !factor(random, facts, out, depth - 1);
    }
    if (kind == 1) {
      out.add("(");
      boolean value = disjunction(random, facts, out, depth - 1);
      out.add(")");
      return value;
    }
    String name = List.of("risk", "idle", "profile.a").get(random.nextInt(3));
    int constant = random.nextInt(3);
    boolean less = random.nextBoolean();
    out.add(name + (less ? " < " : " = ") + constant);
    Object value = facts.get(name);
    return value instanceof Double figure && (less ? figure < constant : figure == constant);
  }

  private static SegmentExpression segment(String expression) {
    return SegmentExpression.parse(
        expression,
        name ->
            ANNA.containsKey(name) || name.startsWith("profile.") || name.equals("complaints_90"),
        "risk, band, profile.FIELD or the name of a feature");
  }
}
