package dev.holdfast.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberEndTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      textBlock =
          """
          # the same, however it is written
          +86 138-0013-8000,    +8613800138000,       true
          +86 138-0013-8000,    013800138000,         true
          +86 138-0013-8000,    0086 (138) 0013 8000, true
          +86 138-0013-8000,    011 86 138 0013 8000, true
          +86 138-0013-8000,    13800138000,          true
          +44 (0)20 7946 0000,  020 7946 0000,        true
          +44 (0)20 7946 0000,  +44 20 7946 0000,     true
          +44 020 7946 0000,    +44 20 7946 0000,     true
          +39 06 6982 1234,     06 6982 1234,         true
          +52 1 55 1234 5678,   +52 55 1234 5678,     true
          +47 22 86 44 00 12,   22 86 44 00 12,       true
          +852 9123 4567,       9123 4567,            true
          +1 (212) 555-0123,    555-0123,             true
          110,                  110,                  true
          # strangers with equal ends
          +86 138 0013 8000,    +44 780 013 8000,     false
          +86 138 0013 8000,    +1 380 013 8000,      false
          +1 212 555 0123,      +61 212 555 0123,     false
          +49 30 1234567,       +43 30 1234567,       false
          +86 138 0013 8000,    +86 137 0013 8000,    false
          # as long as one of them may be either
          +86 138 0013 8000,    0780 013 8000,        true
          +86 138 0013 8000,    0044 780 013 8000,    true
          +0138 0013 8000,      +44 780 013 8000,     true
          +123,                 +44 780 013 8123,     false
          # other numbers
          13800138000,          13800138001,          false
          110,                  +86 10 1234 5110,     false
          555 012,              +1 212 5550 012,      false
          """)
  void twoNumbersAreTheSameUnlessTheyAreCertainlyNot(String one, String other, boolean same) {
    assertThat(end(one).same(end(other))).isEqualTo(same);
    assertThat(end(other).same(end(one))).isEqualTo(same);
    if (same) {
      assertThat(end(one).tail()).as("else it is not found").isEqualTo(end(other).tail());
    }
  }

  @Test
  void ofAnEntryThatSaysNoCountryTheEndCounts() {
    NumberEnd entry = new NumberEnd("800138000", null);

    assertThat(end("+86 138 0013 8000").same(entry)).isTrue();
    assertThat(end("+44 780 013 8000").same(entry)).isTrue();
    assertThat(end("138 0013 8001").same(entry)).isFalse();
    assertThat(NumberEnd.of("00")).isEmpty();
    assertThat(NumberEnd.of("n/a")).isEmpty();
  }

  private static NumberEnd end(String number) {
    return NumberEnd.of(number).orElseThrow();
  }
}
