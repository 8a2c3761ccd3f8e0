package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.ModelTrust;
import dev.holdfast.training.Experiment;
import dev.holdfast.training.TableRun;
import dev.holdfast.training.TrainingResult;
import dev.holdfast.training.table.CustomerTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PredictCommandTest {

  @TempDir static Path folder;

  private static Path customers;
  private static TrainingResult trained;

  @BeforeAll
  static void train() throws Exception {
    customers = CustomerTable.write(folder.resolve("customers.csv"), 400, 9);
    Experiment experiment =
        Experiment.parse(
            """
            name: lines
            data: {table: {path: %s, label: churn, positive: left, id: id}}
            logistic: {c: 0.1}
            gate: {bootstrapRounds: 100}
            """
                .formatted(customers),
            "lines.yaml");
    trained =
        TableRun.train(
            experiment,
            folder.resolve("models"),
            ModelTrust.in(folder.resolve("home/keys")),
            line -> {});
  }

  /** Runs the command and gives the exit code, or what was said in refusal. */
  private static String run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("--home", folder.resolve("home").toString()));
    all.addAll(List.of("predict", "--models", folder.resolve("models").toString()));
    all.addAll(List.of(arguments));
    List<String> said = new ArrayList<>();
    int code =
        new CommandLine(new HoldfastCommand())
            .setExecutionExceptionHandler(
                (e, line, parsed) -> {
                  said.add(e.getMessage());
                  return 1;
                })
            .execute(all.toArray(String[]::new));
    return said.isEmpty() ? Integer.toString(code) : said.get(0);
  }

  @Test
  void everyCustomerOfTheTableHasAPrediction() throws Exception {
    Path out = folder.resolve("out.csv");

    assertThat(run(trained.version(), customers.toString(), "--out", out.toString()))
        .isEqualTo("0");

    List<String> lines = Files.readAllLines(out);
    assertThat(lines).hasSize(401).startsWith("id,probability");
    assertThat(lines.get(1)).matches("c00000,0\\.\\d+(E-\\d)?");
  }

  @Test
  void whatIsWrongIsSaidAndNothingIsWritten() throws Exception {
    Path out = folder.resolve("none.csv");
    Path lacking = Files.writeString(folder.resolve("lacking.csv"), "id,plan\nx,basic\n");
    Path word =
        Files.writeString(
            folder.resolve("word.csv"),
            Files.readString(customers).replaceFirst("c00002,(\\w+),[^,]*,", "c00002,$1,long,"));

    assertThat(run("nothing-1", customers.toString(), "--out", out.toString()))
        .contains("There is no model nothing-1");
    assertThat(run(trained.version(), lacking.toString(), "--out", out.toString()))
        .contains("lacking.csv:1: there is no column \"tenure\"");
    assertThat(run(trained.version(), word.toString(), "--out", out.toString()))
        .contains("word.csv:4: column \"tenure\" is a number and has \"long\"");
    assertThat(
            run(
                trained.version(),
                customers.toString(),
                "--out",
                out.toString(),
                "--keys",
                folder.resolve("nobody").toString()))
        .contains("There are no keys");
    ModelTrust.in(folder.resolve("stranger"));
    assertThat(
            run(
                trained.version(),
                customers.toString(),
                "--out",
                out.toString(),
                "--keys",
                folder.resolve("stranger").toString()))
        .contains("not signed by a key");
    assertThat(out).doesNotExist();
  }
}
