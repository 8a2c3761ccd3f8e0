package dev.holdfast.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExperimentTest {

  @Test
  void theShippedExperimentsAreValid() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("training/experiments"))) {
      List<Path> all = files.filter(f -> f.toString().endsWith(".yaml")).toList();

      assertThat(all).hasSizeGreaterThanOrEqualTo(2);
      all.forEach(file -> assertThat(Experiment.read(file).name()).isNotBlank());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: A B | line 1",
        "name: a\\nchurn: {horizon: P30D}\\nlogistic: {}\\nsead: 1 | line 4",
        "name: a\\nchurn: {horizon: soon}\\nlogistic: {} | per-customer",
        "name: a\\nchurn: {horizon: P30D}\\nlogistic: {c: -1} | c must be positive",
        "name: a\\nchurn: {horizon: P30D} | no trainer",
        "name: a\\nchurn: {horizon: P30D}\\nboosting: {trees: 0} | trees must be",
        "name: a\\nlogistic: {} | churn is missing",
        "name: a\\nlogistic: {}\\ndata: {} | line 3 (.data): data needs either",
        "name: a\\nlogistic: {}\\ndata:\\n  table: {path: t.csv} | line 4 (.data.table): a table needs label",
        "name: a\\nlogistic: {}\\ndata:\\n  table: {path: t.csv, label: c, positive: 1, columns: {x: date}} | line 4",
        "name: a\\nlogistic: {}\\nchurn: {horizon: P30D}\\ndata: {table: {path: t, label: c, positive: 1}} | leave churn out",
        "name: [ | x.yaml"
      })
  void whatIsWrongIsNamed(String yaml, String expected) {
    assertThatThrownBy(() -> Experiment.parse(yaml.replace("\\n", "\n"), "x.yaml"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("x.yaml")
        .hasMessageContaining(expected);
  }
}
