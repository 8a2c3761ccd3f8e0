package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Studies on files, without Quarkus and without a database. */
class TrainingWithoutAStoreTest {

  @TempDir static Path folder;
  private static Path experiment;
  private static Path events;
  private static Path map;

  @BeforeAll
  static void files() {
    EventTable table = new EventTable(folder);
    events = table.events("events.csv", 250, 3, 0.05);
    map = table.map("who");
    experiment =
        table.experiment(
            "study",
            """
            churn: {horizon: P30D}
            logistic: {}
            blend: false
            gate: {bootstrapRounds: 100}
            """);
  }

  private static CommandRun run(Object... arguments) {
    return CommandRun.of(new CommandLine(new HoldfastCommand()), arguments);
  }

  @Test
  void filesMakeADatabaseUnnecessaryAndTheStoreNeedsOne() {
    for (String name : List.of("evaluate", "backtest")) {
      CommandLine line = new CommandLine(new HoldfastCommand());
      line.parseArgs(name, experiment.toString());
      var without =
          (MayNeedNothing) Objects.requireNonNull(line.getSubcommands().get(name)).getCommand();
      assertThat(without.needsNothing()).as(name).isFalse();
      line.parseArgs(
          name, experiment.toString(), "--events", events.toString(), "--map", map.toString());
      assertThat(without.needsNothing()).as(name).isTrue();
    }
  }

  @Test
  void evaluateIsOneDocumentAndProgressGoesToStandardError() throws Exception {
    CommandRun run = run("evaluate", experiment, "--events", events, "--map", map, "--json");

    assertThat(run.code()).as(run.err()).isZero();
    JsonNode document = new ObjectMapper().readTree(run.out());
    assertThat(document.at("/cutoffs/0/figures/0/name").asText()).isEqualTo("chosen model");
    assertThat(document.at("/cutoffs/0/figures/0/auc").asDouble()).isBetween(0.6, 1.0);
    assertThat(document.at("/cutoffs/0/gate/rules").size()).isPositive();
    assertThat(run.err()).containsOnlyOnce("events.csv: ").contains("training rows");
  }

  @Test
  void backtestPrintsATableAndWritesTheSameFigures() throws Exception {
    Path csv = folder.resolve("backtest.csv");

    CommandRun run =
        run(
            "backtest",
            experiment,
            "--events",
            events,
            "--map",
            map,
            "--cutoffs",
            2,
            "--every",
            "P30D",
            "--out",
            csv);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("mean over 2 cut-offs", "idle-days rule", "the chosen model less");
    List<String> lines = Files.readAllLines(csv);
    // Two cut-offs and their mean, of the chosen model, the regression, three rules and the
    // regression without directions.
    assertThat(lines).hasSize(1 + 3 * 6);
    assertThat(lines.get(0)).startsWith("cutoff,model,chosen,rows,auc,log_loss");
    assertThat(lines.get(lines.size() - 1)).startsWith("mean,unconstrained logistic regression,0,");
  }

  @Test
  void snapshotsAreExportedInTheAskedForm() {
    Path out = folder.resolve("rows");

    CommandRun run =
        run(
            "snapshots",
            "export",
            experiment,
            "--events",
            events,
            "--map",
            map,
            "--out",
            out,
            "--format",
            "csv");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(out.resolve("training.csv")).isNotEmptyFile();
    assertThat(out.resolve("test.csv")).isNotEmptyFile();
    assertThat(run.out()).contains("training rows", out.resolve("test.csv").toString());
  }

  @Test
  void wrongUsageIsTwo() {
    assertThat(run("backtest", experiment, "--events", events, "--map", map).code()).isEqualTo(2);
    CommandRun every =
        run(
            "backtest",
            experiment,
            "--events",
            events,
            "--map",
            map,
            "--cutoffs",
            2,
            "--every",
            "monthly");
    assertThat(every.code()).isEqualTo(2);
    assertThat(every.err()).contains("--every is written like P30D").contains("monthly");
    CommandRun cutoff =
        run("evaluate", experiment, "--events", events, "--map", map, "--cutoff", "yesterday");
    assertThat(cutoff.code()).isEqualTo(2);
    assertThat(cutoff.err()).contains("2011-12-10T00:00Z");
  }
}
