package dev.holdfast.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ExpectedGainTest {

  private final ExpectedGain gain = new ExpectedGain(200, 10, 1, 8);

  @Test
  void aCallBreaksEvenAtElevenSixtySevenths() {
    assertThat(gain.ofCall(11.0 / 67.0)).isCloseTo(0, within(1e-9));
  }

  @Test
  void callingSomebodyWhoNeverLeavesCostsTheOfferAndTheCall() {
    assertThat(gain.ofCall(0)).isEqualTo(-11);
  }

  @Test
  void aShorterCallIsWorthMorePerMinute() {
    assertThat(new ExpectedGain(200, 10, 1, 4).perMinute(0.5)).isEqualTo(2 * gain.perMinute(0.5));
  }
}
