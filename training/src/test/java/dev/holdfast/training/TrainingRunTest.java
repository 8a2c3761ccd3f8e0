package dev.holdfast.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.RandomHistory;
import dev.holdfast.evaluation.Auc;
import dev.holdfast.model.Calibrator;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.ModelFolder;
import dev.holdfast.model.ModelTrust;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.Model;
import org.tribuo.classification.Label;

class TrainingRunTest {

  private static final List<CustomerHistory> POPULATION = Synthetic.population(700, 11);
  private static SnapshotSet set;
  private static RiskTrainer.Fitted logistic;
  private static RiskTrainer.Fitted boosting;
  private static List<String> names;

  @TempDir Path folder;

  @BeforeAll
  static void train() {
    Experiment experiment = Synthetic.experiment();
    set = SnapshotSet.of(experiment, POPULATION::forEach, Exposures.none(), System.out::println);
    names = experiment.features().of(FeatureSchema.current());
    logistic = new RiskTrainer.Logistic(0.01, names, set.cutoff()).fit(set.training());
    boosting =
        new RiskTrainer.Boosting(
                Objects.requireNonNull(experiment.boosting()), names, 1, set.cutoff())
            .fit(set.training());
  }

  private ChurnModel model(RiskTrainer.Fitted fitted) {
    ModelTrust trust = ModelTrust.in(folder);
    Map<String, byte[]> files = new HashMap<>(fitted.files());
    files.put("priors.json", ModelFolder.priorsJson(set.priors()));
    files.put("features.json", ModelFolder.featuresJson(FeatureSchema.current()));
    files.put("calibration.json", Calibrator.none().toJson());
    return ChurnModel.load(ModelFolder.sign("test", files, trust), trust);
  }

  @Test
  void noRiskFallsAlongTenThousandSilentPaths() {
    for (RiskTrainer.Fitted fitted : List.of(logistic, boosting)) {
      ChurnModel model = model(fitted);
      int falls = 0;
      for (long path = 0; path < 10_000; path++) {
        Random random = new Random(path);
        ActivityState state = RandomHistory.state(RandomHistory.of(path % 2_000));
        Instant t = state.lastOccurredAt();
        double before = 0;
        for (int i = 0; i < 20; i++) {
          t = t.plusSeconds(random.nextInt(20 * 86_400));
          double risk = model.risk(state, t);
          falls += risk < before ? 1 : 0;
          before = risk;
        }
      }
      assertThat(falls).isZero();
    }
  }

  @Test
  void marginsEqualThoseOfTheBoosterBitForBit() throws Exception {
    ChurnModel model = model(boosting);
    Booster booster = MonotoneBoostingTrainer.booster(stored(boosting));
    List<float[]> rows = rows();
    String[] names = booster.getFeatureNames();
    float[] flat = new float[rows.size() * names.length];
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < names.length; j++) {
        int column = FeatureSchema.current().indexOf(names[j]);
        flat[i * names.length + j] = rows.get(i)[column];
      }
    }
    DMatrix matrix = new DMatrix(flat, rows.size(), names.length, Float.NaN);
    float[][] reference = booster.predict(matrix, true);
    float[][] contributions = booster.predictContrib(matrix, 0);
    for (int i = 0; i < rows.size(); i++) {
      float ours = (float) model.margin(rows.get(i));
      assertThat(Float.floatToIntBits(ours)).isEqualTo(Float.floatToIntBits(reference[i][0]));
      double[] shares = model.contributions(rows.get(i));
      assertThat(Arrays.stream(shares).sum()).isCloseTo(ours, within(1e-4));
      for (int j = 0; i < 500 && j < names.length; j++) {
        int column = FeatureSchema.current().indexOf(names[j]);
        assertThat(shares[column]).isCloseTo(contributions[i][j], within(1e-4));
      }
    }
    matrix.dispose();
  }

  @Test
  void theLinearModelOfTribuoGivesTheSameProbability() throws Exception {
    ChurnModel model = model(logistic);
    Model<Label> tribuo = stored(logistic);
    for (int row = 0; row < 200; row++) {
      double theirs =
          Objects.requireNonNull(
                  tribuo
                      .predict(RowsDataset.example(set.test(), row))
                      .getOutputScores()
                      .get(RowsDataset.CHURNED))
              .getScore();
      assertThat(model.probability(set.test().features(row))).isCloseTo(theirs, within(1e-6));
    }
    assertThat(tribuo.getProvenance().getTrainerProvenance().getClassName())
        .isEqualTo(SignConstrainedLogisticTrainer.class.getName());
  }

  private static Model<Label> stored(RiskTrainer.Fitted fitted) throws Exception {
    byte[] bytes = fitted.files().get("model.pb");
    return Model.deserializeFromStream(new ByteArrayInputStream(bytes)).castModel(Label.class);
  }

  private static List<float[]> rows() {
    List<float[]> rows = new ArrayList<>();
    for (Rows some : List.of(set.test(), set.training())) {
      for (int i = 0; i < some.size(); i++) {
        rows.add(some.features(i));
      }
    }
    for (long seed = 0; seed < 2_000; seed++) {
      ActivityState state = RandomHistory.state(RandomHistory.of(seed));
      rows.add(Features.of(state, state.lastOccurredAt().plusSeconds(seed * 997), set.priors()));
    }
    return rows;
  }

  @Test
  void theSameRunGivesTheSameVersionAndBothTrainersBeatTheIdleRule() {
    ModelTrust trust = ModelTrust.in(folder.resolve("keys"));
    TrainingRun run =
        new TrainingRun(Synthetic.experiment(), POPULATION::forEach, Exposures.none(), s -> {});

    TrainingResult once = run.run(folder.resolve("a"), trust);
    TrainingResult again = run.run(folder.resolve("b"), trust);

    assertThat(again.version()).isEqualTo(once.version());
    assertThat(once.version()).matches("synthetic-\\d{8}-[0-9a-f]{8}");
    assertThat(ChurnModel.load(ModelFolder.read(once.folder()), trust).version())
        .isEqualTo(once.version());
    assertThat(once.files().keySet())
        .contains("model.pb", "metrics.json", "card.md", "report.html", "manifest.json");
    double idle = figure(once, Rivals.IDLE);
    assertThat(once.metrics().get(0).logLoss()).isLessThan(idle);
    assertThat(once.gateJson()).contains("\"passed\"").contains("\"rules\"");
    System.out.println(once.gate().text());
    assertThat(once.gate().rules()).isNotEmpty().allSatisfy(TrainingRunTest::requireChinese);
  }

  /** The page of a model says its rules and their figures in the reader's language. */
  private static void requireChinese(GateVerdict.Rule rule) {
    List<String> known;
    try (InputStream in =
        Objects.requireNonNull(GateVerdict.class.getResourceAsStream("/words/sentences_zh.tsv"))) {
      known =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .map(line -> line.split("\t", -1)[0])
              .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    assertThat(known).as("words for the rule").anyMatch(rule.name()::matches);
    assertThat(known).as("words for its figures").anyMatch(rule.figures()::matches);
  }

  private static double figure(TrainingResult result, String name) {
    return result.metrics().stream()
        .filter(m -> m.name().equals(name))
        .findFirst()
        .orElseThrow()
        .logLoss();
  }

  @Test
  void whatHappensAfterTheCutoffChangesNoFeature() {
    for (CustomerHistory history : POPULATION.subList(0, 200)) {
      Instant cutoff = set.cutoff();
      var known = history.events().stream().filter(e -> !e.occurredAt().isAfter(cutoff)).toList();

      float[] full = Features.of(new Replay(history.events()).at(cutoff), cutoff, set.priors());
      float[] cut = Features.of(new Replay(known).at(cutoff), cutoff, set.priors());

      assertThat(full).isEqualTo(cut);
    }
  }

  @Test
  void replayAtRisingCutoffsEqualsReplayFromTheStart() {
    for (long seed = 0; seed < 100; seed++) {
      var events = RandomHistory.of(seed);
      Replay rising = new Replay(events);
      for (int day = 0; day < 300; day += 30) {
        Instant at = RandomHistory.START.plus(Duration.ofDays(day));
        assertThat(rising.at(at).toBytes()).isEqualTo(new Replay(events).at(at).toBytes());
      }
    }
  }

  @Test
  void shuffledLabelsTeachNothing() {
    Random random = new Random(12);
    Rows shuffled = set.training().withOutcomes(shuffled(set.training(), random));
    double sum = 0;
    // Fitted on noise, judged on noise: the test labels are shuffled too.
    for (int round = 0; round < 5; round++) {
      RiskTrainer.Fitted fitted = new RiskTrainer.Logistic(0.01, names, set.cutoff()).fit(shuffled);
      sum += Auc.of(fitted.margins(set.test()), shuffled(set.test(), random)) / 5;
    }
    assertThat(sum).isCloseTo(0.5, within(0.05));
  }

  private static boolean[] shuffled(Rows rows, Random random) {
    List<Boolean> labels = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      labels.add(rows.churned(i));
    }
    Collections.shuffle(labels, random);
    boolean[] shuffled = new boolean[labels.size()];
    for (int i = 0; i < shuffled.length; i++) {
      shuffled[i] = labels.get(i);
    }
    return shuffled;
  }

  @Test
  void aHistoryThatIsTooShortSaysHowLongItMustBe() {
    List<CustomerHistory> one =
        List.of(new CustomerHistory(1, List.of(RandomHistory.use("a", RandomHistory.START))));

    assertThatThrownBy(
            () -> SnapshotSet.of(Synthetic.experiment(), one::forEach, Exposures.none(), s -> {}))
        .isInstanceOf(IllegalStateException.class);
  }
}
