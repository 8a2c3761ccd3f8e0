package dev.holdfast.training.uplift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.evaluation.Interval;
import dev.holdfast.evaluation.Qini;
import dev.holdfast.training.OutcomeRegression;
import dev.holdfast.training.table.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whom an e-mail brings to the shop: models of the effect beside a ranking by who would stay away
 * anyway and a random one. Prints the table of docs/studies.md.
 */
@Tag("full")
class HillstromUpliftTest {

  private static final int ROUNDS = 500;
  private static final List<String> NAMES =
      List.of(
          "recency",
          "history",
          "mens",
          "womens",
          "rural",
          "urban",
          "newbie",
          "phone",
          "web",
          "both lines");

  @ParameterizedTest
  @CsvSource({
    "Mens E-Mail, visit",
    "Womens E-Mail, visit",
    "Mens E-Mail, conversion",
    "Womens E-Mail, conversion"
  })
  void theModelOfTheEffectRanksBetterThanRiskAndChance(String arm, String outcome) {
    Trial trial = trial(Randomised.hillstrom(), arm, outcome);

    UpliftModel model = UpliftModel.learn(trial, 1);

    boolean[] stayed = new boolean[trial.size()];
    double[] random = new double[trial.size()];
    SplittableRandom draws = new SplittableRandom(1);
    for (int i = 0; i < stayed.length; i++) {
      stayed[i] = !trial.churned()[i];
      random[i] = draws.nextDouble();
    }
    double[] risk = riskOfStrangers(trial);
    Qini qini = new Qini(trial.treated(), stayed);
    List<Interval> others = qini.intervals(List.of(risk, random), ROUNDS, 1);
    System.out.printf("%s, %s, %,d customers: %s%n", arm, outcome, trial.size(), model.words());
    for (UpliftModel.Candidate one : model.candidates()) {
      print(one.learner(), one.qini());
    }
    print("risk (who would stay away)", others.get(0));
    print("random", others.get(1));
    print("best less risk", qini.difference(model.outOfFold(), risk, ROUNDS, 1));
    System.out.printf(
        Locale.ROOT,
        "effect in points: all %.2f; first fifth by effect %.2f, by risk %.2f%n",
        100 * qini.effectWithin(random, 1),
        100 * qini.effectWithin(model.outOfFold(), 0.2),
        100 * qini.effectWithin(risk, 0.2));
    if (outcome.equals("visit")) {
      assertThat(model.used()).isTrue();
      assertThat(qini.difference(model.outOfFold(), risk, ROUNDS, 1).low()).isPositive();
    }
  }

  private static void print(String what, Interval qini) {
    System.out.printf(
        Locale.ROOT, "| %s | %.5f (%.5f to %.5f) |%n", what, qini.value(), qini.low(), qini.high());
  }

  /** The risk that the held-out customers of the other half show. */
  private static double[] riskOfStrangers(Trial trial) {
    double[] risk = new double[trial.size()];
    for (int half = 0; half < 2; half++) {
      int held = half;
      Trial others = trial.where(i -> i % 2 != held && !trial.treated()[i]);
      OutcomeRegression churn =
          OutcomeRegression.fit(others.names(), others.features(), others.churned(), 1);
      for (int i = held; i < risk.length; i += 2) {
        risk[i] = churn.probability(trial.features()[i]);
      }
    }
    return risk;
  }

  /** Not to have visited, or bought, is what an e-mail is to prevent. */
  private static Trial trial(Table table, String arm, String outcome) {
    List<double[]> x = new ArrayList<>();
    List<Boolean> treated = new ArrayList<>();
    List<Boolean> churned = new ArrayList<>();
    for (int row = 0; row < table.size(); row++) {
      String segment = table.text("segment", row);
      if (segment.equals(arm) || segment.equals("No E-Mail")) {
        double mens = number(table, "mens", row);
        double womens = number(table, "womens", row);
        String zip = table.text("zip_code", row);
        String channel = table.text("channel", row);
        x.add(
            new double[] {
              number(table, "recency", row),
              Math.log(number(table, "history", row)),
              mens,
              womens,
              zip.equals("Rural") ? 1 : 0,
              zip.equals("Urban") ? 1 : 0,
              number(table, "newbie", row),
              channel.equals("Phone") ? 1 : 0,
              channel.equals("Web") ? 1 : 0,
              mens * womens
            });
        treated.add(segment.equals(arm));
        churned.add(table.text(outcome, row).equals("0"));
      }
    }
    int n = x.size();
    boolean[] a = new boolean[n];
    boolean[] y = new boolean[n];
    double[] share = new double[n];
    for (int i = 0; i < n; i++) {
      a[i] = treated.get(i);
      y[i] = churned.get(i);
      share[i] = 0.5;
    }
    return new Trial(NAMES, x.toArray(double[][]::new), a, share, y);
  }

  private static double number(Table table, String column, int row) {
    return Double.parseDouble(table.text(column, row));
  }
}
