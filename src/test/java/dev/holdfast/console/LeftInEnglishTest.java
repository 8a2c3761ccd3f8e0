package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as left in English on a Chinese page. */
class LeftInEnglishTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<p>尚无结论: too few customers watched</p>",
        "<p>最大的是 n_events，PSI 为 0.051</p>",
        "<span lang=\"en\">no label</span>",
        "<input placeholder=\"the name again\">",
        "<ul><li>已<li>nothing to see here</ul>",
        "<code>ok</code><p><b translate=\"no\">Anna</b> does not answer</p>"
      })
  void proseIsFound(String page) {
    assertThat(LeftInEnglish.of(page, List.of())).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<p>模型 autumn-20260725-b7c42a2e，PSI 0.05，Europe/London</p>",
        "<p><code>./holdfast import FILE --map MAP</code></p>",
        "<p translate=\"no\">She would <b>rather not</b> be called again</p>",
        "<textarea>one two three</textarea><script>var one_two</script>",
        "<input value=\"what somebody has typed\">",
        "<p>名称“sim_swap as it was sent”没有对应的类型</p>",
        "<p>Keep in touch 的挽留效果</p>",
        "<p><img src=\"x\"><br>例如 contract_end</p>"
      })
  void namesCodeAndWhatPeopleWroteAreLeftAlone(String page) {
    assertThat(LeftInEnglish.of(page, List.of("Keep in touch"))).isEmpty();
  }
}
