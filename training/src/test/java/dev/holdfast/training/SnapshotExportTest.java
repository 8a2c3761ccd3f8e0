package dev.holdfast.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blue.strategic.parquet.Hydrator;
import blue.strategic.parquet.HydratorSupplier;
import blue.strategic.parquet.ParquetReader;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.campaign.Exposure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotExportTest {

  private static final List<CustomerHistory> POPULATION = Synthetic.population(120, 4);
  private static final TrainingInput INPUT =
      new TrainingInput(
          POPULATION::forEach,
          // Held out once under four in five: weighs 5.
          customer ->
              customer % 7 == 0
                  ? List.of(
                      new Exposure(
                          new Exposure.Draw(1, 1),
                          Instant.parse("2025-08-01T00:00:00Z"),
                          Instant.parse("2025-08-02T00:00:00Z"),
                          false,
                          0.8))
                  : List.of());
  private static SnapshotSet set;

  @TempDir Path folder;

  @BeforeAll
  static void build() {
    set = SnapshotSet.of(Synthetic.experiment(), INPUT.histories(), INPUT.exposures(), s -> {});
  }

  @Test
  void parquetReadsBackToTheBit() throws Exception {
    SnapshotExport export =
        SnapshotExport.write(Synthetic.experiment(), INPUT, folder.resolve("rows"), null, s -> {});

    assertThat(export.training()).isEqualTo(set.training().size());
    assertThat(export.test()).isEqualTo(set.test().size());
    assertThat(export.files())
        .containsExactly(
            folder.resolve("rows/training.parquet"), folder.resolve("rows/test.parquet"));
    requireEqual(parquet(export.files().get(0)), set.training(), "training");
    requireEqual(parquet(export.files().get(1)), set.test(), "test");
    try (var left = Files.list(folder.resolve("rows"))) {
      assertThat(left).hasSize(2);
    }
  }

  @Test
  void csvReadsBackToTheBitAndOneFileHoldsBothSplits() throws Exception {
    Path file = folder.resolve("rows.csv");

    SnapshotExport export =
        SnapshotExport.write(Synthetic.experiment(), INPUT, file, null, s -> {});

    List<Map<String, Object>> rows = new ArrayList<>();
    try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(file)) {
      for (NamedCsvRecord record : csv) {
        Map<String, Object> row = new HashMap<>();
        record.getFieldsAsMap().forEach((name, cell) -> row.put(name, typed(name, cell)));
        rows.add(row);
      }
    }
    assertThat(rows).hasSize((int) (export.training() + export.test()));
    requireEqual(of(rows, "training"), set.training(), "training");
    requireEqual(of(rows, "test"), set.test(), "test");
  }

  @Test
  void anEndingThatContradictsTheFormatIsRefusedAndNothingIsWritten() {
    assertThatThrownBy(
            () ->
                SnapshotExport.write(
                    Synthetic.experiment(),
                    INPUT,
                    folder.resolve("rows.csv"),
                    SnapshotExport.Format.PARQUET,
                    s -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(".csv");
    assertThat(folder).isEmptyDirectory();
  }

  private static List<Map<String, Object>> of(List<Map<String, Object>> rows, String split) {
    return rows.stream().filter(row -> split.equals(row.get("split"))).toList();
  }

  private static Object typed(String name, String cell) {
    return switch (name) {
      case "customer" -> Long.valueOf(cell);
      case "cutoff" -> Instant.parse(cell).toEpochMilli();
      case "label" -> Integer.valueOf(cell);
      case "split" -> cell;
      default -> Float.valueOf(cell);
    };
  }

  private static List<Map<String, Object>> parquet(Path file) throws Exception {
    Hydrator<Map<String, Object>, Map<String, Object>> rows =
        new Hydrator<>() {
          @Override
          public Map<String, Object> start() {
            return new HashMap<>();
          }

          @Override
          public Map<String, Object> add(Map<String, Object> row, String name, Object value) {
            row.put(name, value);
            return row;
          }

          @Override
          public Map<String, Object> finish(Map<String, Object> row) {
            return row;
          }
        };
    try (var stream =
        ParquetReader.streamContent(file.toFile(), HydratorSupplier.constantly(rows))) {
      return stream.toList();
    }
  }

  private static void requireEqual(List<Map<String, Object>> read, Rows rows, String split) {
    assertThat(read).hasSize(rows.size());
    List<String> names = FeatureSchema.current().features().stream().map(Feature::name).toList();
    for (int i = 0; i < rows.size(); i++) {
      Map<String, Object> expected = new HashMap<>();
      expected.put("customer", rows.customer(i));
      expected.put("cutoff", rows.cutoff(i).toEpochMilli());
      expected.put("label", rows.churned(i) ? 1 : 0);
      expected.put("weight", rows.weight(i));
      expected.put("split", split);
      for (int j = 0; j < names.size(); j++) {
        expected.put(names.get(j), rows.value(i, j));
      }
      assertThat(read.get(i)).isEqualTo(expected);
    }
  }
}
