package dev.holdfast.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.activity.RandomHistory;
import dev.holdfast.event.Event;
import dev.holdfast.model.ModelTrust;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReproductionTest {

  private static final List<CustomerHistory> POPULATION = Synthetic.population(250, 5);

  @TempDir Path folder;

  private TrainingResult train(Experiment experiment, HistorySource source) {
    return new TrainingRun(experiment, source, Exposures.none(), s -> {})
        .run(folder, ModelTrust.in(folder.resolve("keys")));
  }

  private static TrainingInput input(HistorySource source) {
    return new TrainingInput(source, Exposures.none());
  }

  @Test
  void everyFileThatDecidesAScoreIsTheSameToTheByteEvenAfterTheHistoryHasGrown() throws Exception {
    Experiment experiment = Synthetic.experiment();
    TrainingResult trained = train(experiment, POPULATION::forEach);
    JsonNode provenance = new ObjectMapper().readTree(trained.files().get(Provenance.FILE));
    assertThat(provenance.at("/experiment/name").asText()).isEqualTo("synthetic");
    assertThat(provenance.at("/seed").asLong()).isEqualTo(1);
    assertThat(provenance.at("/history/sha256").asText()).hasSize(64);
    assertThat(provenance.at("/surroundings/xgboost4j").asText()).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(provenance.at("/surroundings/tribuo").asText()).matches("\\d+\\.\\d+\\.\\d+");
    Instant last = Instant.parse(provenance.at("/history/last").asText());
    List<CustomerHistory> grown = new ArrayList<>(POPULATION);
    grown.set(0, with(POPULATION.get(0), "later", last.plus(Duration.ofDays(3))));
    grown.add(
        new CustomerHistory(
            9_999, List.of(RandomHistory.use("new", last.plus(Duration.ofDays(2))))));

    Reproduction again =
        Reproduction.of(trained.version(), trained.files(), input(grown::forEach), s -> {});

    assertThat(again.findings()).isEmpty();
    assertThat(again.equal()).isTrue();
    assertThat(again.sameHistory()).isTrue();
    assertThat(again.sameRows()).isTrue();
    assertThat(again.files()).containsKeys("calibration.json", "priors.json", "features.json");
    assertThat(again.files().keySet()).containsAnyOf("weights.json", "booster.json", "blend.json");
  }

  @Test
  void aHistoryThatHasChangedIsSaidToHaveChangedAndSinceWhen() {
    TrainingResult trained = train(Synthetic.experiment(), POPULATION::forEach);
    List<CustomerHistory> changed = new ArrayList<>(POPULATION);
    Instant inMarch = Instant.parse("2025-03-14T12:00:00Z");
    for (int i = 0; i < 100; i++) {
      changed.set(i, with(POPULATION.get(i), "imported-late-" + i, inMarch));
    }

    Reproduction again =
        Reproduction.of(trained.version(), trained.files(), input(changed::forEach), s -> {});

    assertThat(again.equal()).isFalse();
    assertThat(again.sameHistory()).isFalse();
    assertThat(again.files().get("features.json")).isEqualTo("equal");
    assertThat(again.files()).containsValue("different");
    assertThat(again.findings().get(0))
        .contains("the history has changed", "the events of 2025-03 are the first that differ");
  }

  @Test
  void whatElseHasChangedIsNamed() {
    TrainingResult trained = train(Synthetic.experiment(), POPULATION::forEach);
    Map<String, byte[]> files = new HashMap<>(trained.files());
    String json = new String(files.get(Provenance.FILE), StandardCharsets.UTF_8);
    files.put(
        Provenance.FILE,
        json.replaceFirst("\"xgboost4j\" : \"[^\"]*\"", "\"xgboost4j\" : \"1.7.6\"")
            .getBytes(StandardCharsets.UTF_8));

    Reproduction again =
        Reproduction.of(trained.version(), files, input(POPULATION::forEach), s -> {});

    assertThat(again.equal()).isTrue();
    assertThat(again.findings()).singleElement().asString().startsWith("xgboost4j was 1.7.6");
  }

  @Test
  void aVersionWithoutProvenanceIsRefusedWithTheReason() {
    assertThatThrownBy(
            () -> Reproduction.of("old-1", Map.of(), input(POPULATION::forEach), s -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("old-1")
        .hasMessageContaining("train it anew");
  }

  @Test
  void realHistoriesAreReproducedToTheByte() {
    OnlineRetail data = OnlineRetail.orSkip();
    Experiment experiment =
        Experiment.parse(
            """
            name: retail
            churn: {horizon: P90D, maximumIdleDays: 0}
            lateness: P0D
            snapshots: {cutoff: 2011-09-01T00:00:00Z, count: 2}
            boosting: {trees: 40}
            blend: false
            """,
            "retail.yaml");
    TrainingResult trained = train(experiment, data);

    Reproduction again = Reproduction.of(trained.version(), trained.files(), input(data), s -> {});

    assertThat(again.equal()).isTrue();
    assertThat(again.files()).containsEntry("booster.json", "equal");
  }

  private static CustomerHistory with(CustomerHistory history, String id, Instant at) {
    List<Event> events = new ArrayList<>(history.events());
    events.add(RandomHistory.use(id, at));
    return new CustomerHistory(history.customerId(), events);
  }
}
