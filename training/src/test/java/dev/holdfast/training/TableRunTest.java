package dev.holdfast.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.model.BadModel;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.ModelFolder;
import dev.holdfast.model.ModelTrust;
import dev.holdfast.training.table.CustomerTable;
import dev.holdfast.training.table.LabelledTable;
import dev.holdfast.training.table.Table;
import dev.holdfast.training.table.TableEncoding;
import dev.holdfast.training.table.TableModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableRunTest {

  private static final int CUSTOMERS = 1_200;

  @TempDir static Path folder;

  private static ModelTrust trust;
  private static Experiment experiment;
  private static TrainingResult result;

  @BeforeAll
  static void train() throws Exception {
    Path file = CustomerTable.write(folder.resolve("customers.csv"), CUSTOMERS, 5);
    trust = ModelTrust.in(folder.resolve("keys"));
    experiment = experiment(file, "");
    result = TableRun.train(experiment, folder.resolve("models"), trust, line -> {});
  }

  private static Experiment experiment(Path file, String more) {
    return Experiment.parse(
        """
        name: lines
        data:
          table:
            path: %s
            label: churn
            positive: left
            id: id
            directions: {tenure: falling}
            folds: 3
        logistic: {c: 0.1}
        boosting: {trees: 30, eta: 0.2, depth: 3, minChildWeight: 10}
        gate: {bootstrapRounds: 100}
        %s
        """
            .formatted(file, more),
        "lines.yaml");
  }

  @Test
  void everyTrainerIsMeasuredOnEveryRowBesideTheRuleWithoutAModel() {
    assertThat(result.metrics().stream().map(TrainingResult.Figures::name))
        .containsExactlyInAnyOrder(
            "sign-constrained logistic regression",
            "monotone boosted trees",
            "monotone blend",
            TableEvaluation.RULE);
    assertThat(result.metrics()).allMatch(f -> f.rows() == CUSTOMERS);
    assertThat(result.metrics().get(0).auc()).isGreaterThan(0.75);
    assertThat(result.gate().rules())
        .anyMatch(r -> r.name().equals("beats the best single column on log-loss") && r.holds());
  }

  @Test
  void predictionsFromTheFolderEqualThoseInMemory() throws Exception {
    LabelledTable table = LabelledTable.read(Objects.requireNonNull(experiment.table()));
    int[] all = IntStream.range(0, CUSTOMERS).toArray();
    TableEncoding encoding = table.encoding(all);
    Rows rows = TableEvaluation.encode(table, encoding, all);
    for (Trained trained :
        Trained.all(
            experiment,
            TableEvaluation.trainers(experiment, encoding),
            rows,
            rows,
            TableEvaluation.NO_TIME,
            line -> {})) {
      Map<String, byte[]> files = new HashMap<>(trained.files());
      files.put("table.json", encoding.toJson());
      TableModel model = TableModel.of(ModelFolder.sign("one", files, trust), trust);

      double[] expected = trained.fitted().margins(rows);
      for (int i = 0; i < expected.length; i++) {
        expected[i] = trained.calibrator().probability(expected[i]);
      }
      assertThat(model.probabilities(table.table())).isEqualTo(expected);
    }
  }

  @Test
  void aFileOfPredictionsNamesEachCustomer() throws Exception {
    TableModel model = TableModel.of(ModelFolder.read(result.folder()), trust);
    Path unlabelled = folder.resolve("new.csv");
    // Columns in another order, no label, one that is not known, and a plan never seen.
    Files.writeString(
        unlabelled,
        "region,shoe,id,plan,Complaints  <90 d>,day_charge,evening_charge,night_charge,paperless,tenure\n"
            + "region 1,42,x1,gold,0,10,10,10,Yes,60\n"
            + "region 1,42,x2,platinum,3,40,20,15,No,\n");
    Table table = Table.read(unlabelled);
    Path out = folder.resolve("predictions.csv");

    assertThat(model.predict(table, out)).isEqualTo(2);

    List<String> lines = Files.readAllLines(out);
    double[] probabilities = model.probabilities(table);
    assertThat(lines)
        .containsExactly("id,probability", "x1," + probabilities[0], "x2," + probabilities[1]);
    assertThat(probabilities[1]).isGreaterThan(probabilities[0]);
    assertThat(model.unknownColumns(table)).containsExactly("shoe");
  }

  @Test
  void aDirectionHolds() throws Exception {
    TableModel model = TableModel.of(result.files(), trust);
    StringBuilder csv = new StringBuilder(CustomerTable.HEADER.replace(",churn", "")).append('\n');
    for (int tenure = 0; tenure <= 72; tenure++) {
      csv.append("c,plus,").append(tenure).append(",20,15,10,1,Yes,region 2\n");
    }
    Table table = Table.read(Files.writeString(folder.resolve("tenures.csv"), csv));

    double[] probabilities = model.probabilities(table);

    for (int i = 1; i < probabilities.length; i++) {
      assertThat(probabilities[i]).isLessThanOrEqualTo(probabilities[i - 1]);
    }
    assertThat(probabilities[72]).isLessThan(probabilities[0]);
  }

  @Test
  void theSameTableGivesTheSameVersionToTheByte() {
    TrainingResult again = TableRun.train(experiment, folder.resolve("models"), trust, line -> {});

    assertThat(again.version()).isEqualTo(result.version());
    assertThat(again.files().keySet()).isEqualTo(result.files().keySet());
    assertThat(again.files())
        .allSatisfy((name, content) -> assertThat(content).isEqualTo(result.files().get(name)));
  }

  @Test
  void theVersionTellsItsEncodingAndItsFigures() throws Exception {
    assertThat(result.files().keySet())
        .contains(
            "table.json",
            "features.json",
            "calibration.json",
            "model.pb",
            "metrics.json",
            "card.md",
            "report.html",
            "manifest.json");
    JsonNode metrics = new ObjectMapper().readTree(result.files().get("metrics.json"));
    assertThat(metrics.path("rows").asInt()).isEqualTo(CUSTOMERS);
    assertThat(metrics.path("auc").path("low").asDouble()).isGreaterThan(0.5);
    assertThat(metrics.path("meanOverFolds").size()).isEqualTo(4);
    String card =
        new String(Objects.requireNonNull(result.files().get("card.md")), StandardCharsets.UTF_8);
    assertThat(card).contains("churn is left").contains("reads tables").doesNotContain("NaN");
  }

  @Test
  void whatWasChangedAfterSigningIsNotBelieved() {
    Map<String, byte[]> changed = new HashMap<>(result.files());
    changed.put("table.json", "{}".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> TableModel.of(changed, trust))
        .isInstanceOf(BadModel.class)
        .hasMessageContaining("table.json");
    ModelTrust stranger = ModelTrust.in(folder.resolve("other-keys"));
    assertThatThrownBy(() -> TableModel.of(result.files(), stranger))
        .isInstanceOf(BadModel.class)
        .hasMessageContaining("not signed by a key");
  }

  @Test
  void itCannotServeCustomersKnownByTheirEvents() {
    assertThatThrownBy(() -> ChurnModel.load(result.files(), trust))
        .isInstanceOf(BadModel.class)
        .hasMessageContaining("schema");
  }

  @Test
  void shuffledLabelsCannotBePredicted() throws Exception {
    List<String> lines = Files.readAllLines(folder.resolve("customers.csv"));
    for (int i = 1; i < lines.size(); i++) {
      String line = lines.get(i);
      boolean churned = Hash.of(i) % 3 == 0;
      lines.set(i, line.substring(0, line.lastIndexOf(',') + 1) + (churned ? "left" : "stayed"));
    }
    Path shuffled = Files.write(folder.resolve("shuffled.csv"), lines);

    List<TrainingResult.Figures> figures =
        TableRun.evaluate(experiment(shuffled, "calibration: none"), 1, line -> {});

    assertThat(figures).allMatch(f -> Math.abs(f.auc() - 0.5) < 0.05);
  }
}
