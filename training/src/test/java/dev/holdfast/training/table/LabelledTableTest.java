package dev.holdfast.training.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.event.file.UnusableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelledTableTest {

  @TempDir Path folder;

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("t.csv"), content);
  }

  private static TableSource source(Path file, Map<String, ColumnType> columns) {
    return new TableSource(
        file.toString(), "churn", "1", null, List.of(), columns, Map.of(), List.of(), true, 2);
  }

  private static int[] all(LabelledTable table) {
    return IntStream.range(0, table.table().size()).toArray();
  }

  private static Map<String, Float> encoded(TableEncoding encoding, Table table, int row) {
    float[] features = new float[encoding.schema().size()];
    encoding.of(table).encode(row, features);
    Map<String, Float> byName = new HashMap<>();
    for (int j = 0; j < features.length; j++) {
      byName.put(encoding.schema().features().get(j).name(), features[j]);
    }
    return byName;
  }

  @Test
  void columnsAreTypedByTheirValuesAndOverridden() throws Exception {
    Path file = file("n,c,y,z,churn\n1,a,Yes,0,1\n2.5,b,No,1,0\n,a,yes,0,0\n-3e1,c,NA,1,1\n");
    LabelledTable table = LabelledTable.read(source(file, Map.of("z", ColumnType.CATEGORY)));

    TableEncoding encoding = table.encoding(all(table));

    assertThat(encoded(encoding, table.table(), 0))
        .containsEntry("n", 1f)
        .containsEntry("n missing", 0f)
        .containsEntry("c=a", 1f)
        .containsEntry("c=b", 0f)
        .containsEntry("y", 1f)
        .containsEntry("y missing", 0f)
        .containsEntry("z=1", 0f);
    assertThat(encoded(encoding, table.table(), 2))
        .containsEntry("n", Float.NaN)
        .containsEntry("n missing", 1f);
    assertThat(encoded(encoding, table.table(), 3))
        .containsEntry("n", -30f)
        .containsEntry("y", Float.NaN)
        .containsEntry("y missing", 1f);
  }

  @Test
  void aLevelNeverSeenIsNoneOfTheLevelsAndRareOnesArePooled() throws Exception {
    StringBuilder csv = new StringBuilder("c,churn\n");
    for (int i = 0; i < 400; i++) {
      csv.append(i < 200 ? "a" : i < 398 ? "b" : "rare" + i).append(',').append(i % 2).append('\n');
    }
    LabelledTable table = LabelledTable.read(source(file(csv.toString()), Map.of()));
    TableEncoding encoding = TableEncoding.read(table.encoding(all(table)).toJson());
    Path other = Files.writeString(folder.resolve("o.csv"), "c\nnew\na\nrare399\n");

    Table unseen = Table.read(other);

    assertThat(encoded(encoding, unseen, 0).values()).containsOnly(0f);
    assertThat(encoded(encoding, unseen, 1)).containsEntry("c=a", 1f).containsEntry("c rare", 0f);
    assertThat(encoded(encoding, unseen, 2)).containsEntry("c=a", 0f).containsEntry("c rare", 1f);
  }

  @Test
  void numbersNamedAlikeAreAddedUpButNotDifferentQuantities() throws Exception {
    Path file = CustomerTable.write(folder.resolve("t.csv"), 300, 1);
    LabelledTable table = LabelledTable.read(CustomerTable.source(file));
    TableEncoding encoding = table.encoding(all(table));

    String total = "total of day_charge + evening_charge + night_charge";
    assertThat(encoding.schema().features().stream().filter(f -> f.name().startsWith("total")))
        .hasSize(1);
    Map<String, Float> row = encoded(encoding, table.table(), 7);
    float sum = 0;
    for (String part : List.of("day_charge", "evening_charge", "night_charge")) {
      sum += row.getOrDefault(part, Float.NaN);
    }
    assertThat(row.getOrDefault(total, Float.NaN))
        .isCloseTo(sum, org.assertj.core.data.Offset.offset(1e-4f));
  }

  @Test
  void theEncodingOfAFoldKnowsNothingOfOtherRows() throws Exception {
    Path file = CustomerTable.write(folder.resolve("t.csv"), 400, 2);
    LabelledTable whole = LabelledTable.read(CustomerTable.source(file));
    List<String> lines = Files.readAllLines(file);
    Path changed = folder.resolve("u.csv");
    // The second half tells of another world.
    for (int i = 201; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      cells[1] = "other plan";
      cells[3] = "1000000";
      lines.set(i, String.join(",", cells));
    }
    Files.write(changed, lines);
    LabelledTable other = LabelledTable.read(CustomerTable.source(changed));
    int[] half = IntStream.range(0, 200).toArray();

    assertThat(other.encoding(half).toJson()).isEqualTo(whole.encoding(half).toJson());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "n,churn\\n | no customers",
        "'' | is empty",
        "n,gone\\n1,0\\n | t.csv:1: there is no column \"churn\"",
        "n,churn\\n1,0\\n2,0\\n | no customer as churned",
        "n,churn\\n1,1\\n2,1\\n | every customer as churned",
        "n,churn\\n1,1\\n2,\\n | t.csv:3: column \"churn\" is the label",
        "n,churn\\n1,1\\n2,0,4\\n | t.csv:3",
        "n,m,churn\\n1,,1\\n1,,0\\n | no column to learn from",
        "n,n,churn\\n1,1,1\\n | two columns called",
      })
  void whatCannotBeLearntFromIsRefusedWithLineAndRemedy(String csv, String expected)
      throws Exception {
    Path file = file(csv.replace("\\n", "\n"));

    assertThatThrownBy(() -> LabelledTable.read(source(file, Map.of())))
        .isInstanceOf(UnusableFile.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(expected);
  }

  @Test
  void aValueAgainstTheGivenTypeIsNamedWithItsLine() throws Exception {
    Path file = file("n,churn\n1,1\n2,0\ntwo,0\n");

    assertThatThrownBy(() -> LabelledTable.read(source(file, Map.of("n", ColumnType.NUMBER))))
        .isInstanceOf(UnusableFile.class)
        .hasMessageContaining("t.csv:4: column \"n\" is a number and has \"two\"");
  }

  @Test
  void aColumnThatKnowsTheOutcomeBlocksUntilItIsAcknowledged() throws Exception {
    Random random = new Random(3);
    StringBuilder csv = new StringBuilder("x,reason,churn\n");
    for (int i = 0; i < 400; i++) {
      boolean churned = random.nextInt(4) == 0;
      csv.append(random.nextInt(100)).append(',');
      csv.append(churned ? "reason " + random.nextInt(5) : "").append(',');
      csv.append(churned ? 1 : 0).append('\n');
    }
    Path file = file(csv.toString());

    assertThatThrownBy(() -> LabelledTable.read(source(file, Map.of())))
        .isInstanceOf(UnusableFile.class)
        .hasMessageContaining("\"reason\" (AUC 1.000)")
        .hasMessageContaining("ignore: [reason]");
    LabelledTable acknowledged =
        LabelledTable.read(
            new TableSource(
                file.toString(),
                "churn",
                "1",
                null,
                List.of(),
                Map.of(),
                Map.of(),
                List.of("reason"),
                true,
                2));
    assertThat(acknowledged.findings())
        .anyMatch(f -> f.serious() && f.text().contains("the experiment acknowledges it"));
  }

  @Test
  void constantsNamesAndRepeatedRowsAreToldOf() throws Exception {
    StringBuilder csv = new StringBuilder("name,x");
    for (int k = 0; k < 30; k++) {
      csv.append(",constant").append(k);
    }
    csv.append(",churn\n");
    for (int i = 0; i < 100; i++) {
      csv.append("n").append(i).append(',').append(i % 7).append(",same".repeat(30));
      csv.append(',').append(i % 3 == 0 ? 1 : 0).append('\n');
    }
    LabelledTable table = LabelledTable.read(source(file(csv.toString()), Map.of()));

    assertThat(table.findings().stream().filter(f -> f.text().contains("in every row")))
        .hasSize(30);
    assertThat(table.findings())
        .anyMatch(f -> f.text().contains("column name") && f.text().contains("as a name has"))
        .anyMatch(
            f -> f.text().startsWith("86 of 100 rows are identical") || f.text().contains("79"));
    assertThat(table.columnsByRank()).containsExactly("x");
  }

  @Test
  void foldsKeepTwinsTogetherAndBalanceChurnWhateverTheOrder() throws Exception {
    Path file = CustomerTable.write(folder.resolve("t.csv"), 600, 4);
    List<String> lines = Files.readAllLines(file);
    lines.add(lines.get(5));
    Files.write(file, lines);
    LabelledTable table = LabelledTable.read(CustomerTable.source(file));

    int[] fold = table.folds(5, 1);

    assertThat(fold[600]).isEqualTo(fold[4]);
    assertThat(table.customer(600)).isEqualTo(table.customer(4));
    for (int f = 0; f < 5; f++) {
      int held = f;
      long churned =
          IntStream.range(0, 600).filter(i -> fold[i] == held && table.churned(i)).count();
      long gone = IntStream.range(0, 600).filter(table::churned).count();
      assertThat(Math.abs(churned - gone / 5.0)).isLessThanOrEqualTo(2);
    }
    assertThat(Arrays.stream(fold).distinct()).hasSize(5);
    assertThat(table.folds(5, 2)).isNotEqualTo(fold);

    String header = lines.remove(0);
    java.util.Collections.reverse(lines);
    lines.add(0, header);
    Files.write(file, lines);
    int[] reversed = LabelledTable.read(CustomerTable.source(file)).folds(5, 1);
    for (int i = 0; i < fold.length; i++) {
      assertThat(reversed[fold.length - 1 - i]).isEqualTo(fold[i]);
    }
  }
}
