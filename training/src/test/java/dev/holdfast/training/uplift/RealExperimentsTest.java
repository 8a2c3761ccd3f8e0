package dev.holdfast.training.uplift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.campaign.Arm;
import dev.holdfast.effect.ArmCount;
import dev.holdfast.effect.Assigned;
import dev.holdfast.effect.BlindTrial;
import dev.holdfast.effect.Difference;
import dev.holdfast.effect.Measurement;
import dev.holdfast.effect.Plan;
import dev.holdfast.training.table.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The estimators on experiments whose results were published. */
class RealExperimentsTest {

  private static final double HUNDREDTH_OF_A_POINT = 0.0001;

  @ParameterizedTest
  @CsvSource({"Mens E-Mail, 7.66, 6.99, 8.33", "Womens E-Mail, 4.52, 3.89, 5.16"})
  void anEmailBringsVisits(String arm, double effect, double low, double high) {
    Table table = Randomised.hillstrom();

    // Not to have visited is what an e-mail is to prevent.
    Difference difference =
        Difference.of(
            count(table, "segment", arm, "visit"), count(table, "segment", "No E-Mail", "visit"));

    assertThat(100 * difference.effect().value()).isEqualTo(effect, within(0.02));
    assertThat(100 * difference.effect().low()).isEqualTo(low, within(0.02));
    assertThat(100 * difference.effect().high()).isEqualTo(high, within(0.02));
  }

  @ParameterizedTest
  @CsvSource({"Control, 29.66", "Civic Duty, 31.45", "Hawthorne, 32.24", "Neighbors, 37.79"})
  void lettersBringVoters(String arm, double turnout) {
    ArmCount count = count(Randomised.letters(), "messages", arm, "primary2006");

    assertThat(1 - count.churnRate()).isEqualTo(turnout / 100, within(HUNDREDTH_OF_A_POINT / 2));
  }

  @Test
  void controlsDealtIntoTwoArmsShowNoEffect() {
    Table table = Randomised.hillstrom();
    List<BlindTrial.Untouched> controls = new ArrayList<>();
    for (int row = 0; row < table.size(); row++) {
      if (table.text("segment", row).equals("No E-Mail")) {
        controls.add(new BlindTrial.Untouched(row, 0.9, table.text("visit", row).equals("0")));
      }
    }

    BlindTrial trial = BlindTrial.of(controls, 0.5, 100, 1);

    assertThat(trial.parties()).isEqualTo(21_306);
    assertThat(trial.draws() - trial.proven()).isGreaterThanOrEqualTo(92);
    assertThat(trial.hidden()).isLessThanOrEqualTo(1);
    // The same by hand, so that it is seen to be the estimators of campaigns.
    List<Assigned> dealt = new ArrayList<>();
    byte[] salt = ByteBuffer.allocate(16).putLong(1).putLong(0).array();
    for (BlindTrial.Untouched one : controls) {
      boolean treated = Arm.of(salt, one.party(), 0.5) == Arm.TREATMENT;
      dealt.add(new Assigned(one.party(), treated, 0.5, one.risk(), one.churned()));
    }
    assertThat(Measurement.of(dealt, new Plan(0.89, 0.02, 0.5), null).verdict().kind().proven())
        .isFalse();
  }

  private static ArmCount count(Table table, String column, String arm, String outcome) {
    int n = 0;
    int without = 0;
    for (int row = 0; row < table.size(); row++) {
      if (table.text(column, row).equals(arm)) {
        n++;
        without += table.text(outcome, row).equals("0") ? 1 : 0;
      }
    }
    return new ArmCount(n, without);
  }
}
