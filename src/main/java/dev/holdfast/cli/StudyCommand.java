package dev.holdfast.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.simulation.study.Finding;
import dev.holdfast.simulation.study.Studies;
import dev.holdfast.simulation.study.Study;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Holds the product against simulated populations whose truth is known; keeps nothing. */
@Command(
    name = "study",
    description =
        "Measures the product on simulated populations whose truth is known; writes nothing."
            + " Exit code 1 if a bar is missed.")
@Needs(Needs.Parts.NOTHING)
class StudyCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description =
          "replay, leakage, ranking, holiday, crossing, earliness, feedback, effect, uplift,"
              + " drift, bell or outage; else all")
  @Nullable String name;

  @Option(
      names = "--seeds",
      paramLabel = "SEED",
      split = ",",
      defaultValue = "1,2,3",
      description = "of the populations, such as 1,2,3 (default)")
  List<Long> seeds = List.of();

  @Option(
      names = "--customers",
      paramLabel = "N",
      defaultValue = "10000",
      description = "in each population, 200 or more (default 10000)")
  int customers;

  @Option(names = "--json", description = "one JSON array of all findings")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    Study.Plan plan = plan();
    List<Finding> findings = new ArrayList<>();
    for (Study study : wanted()) {
      long begun = System.nanoTime();
      List<Finding> found = study.run(plan, System.err::println);
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
      if (!json) {
        print(study, found, seconds);
      }
      findings.addAll(found);
    }
    if (json) {
      System.out.println(json(findings));
    }
    return findings.stream().allMatch(Finding::kept) ? 0 : 1;
  }

  private Study.Plan plan() {
    try {
      return new Study.Plan(seeds, customers);
    } catch (IllegalArgumentException invalid) {
      throw new ParameterException(
          spec.commandLine(), String.valueOf(invalid.getMessage()), invalid);
    }
  }

  private List<Study> wanted() {
    List<Study> wanted =
        Studies.all().stream().filter(one -> name == null || one.name().equals(name)).toList();
    if (wanted.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "There is no study "
              + name
              + "; there are "
              + String.join(", ", Studies.all().stream().map(Study::name).toList()));
    }
    return wanted;
  }

  private static void print(Study study, List<Finding> findings, long seconds) {
    System.out.printf(Locale.ROOT, "%n%s: %s (%d s)%n%n", study.name(), study.question(), seconds);
    System.out.println("| what | seeds | n | figure (95 % interval) | bar | kept |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    for (Finding one : findings) {
      System.out.printf(
          "| %s | %s | %s | %s | %s | %s |%n",
          one.what(),
          one.seeds(),
          one.n(),
          one.figure(),
          one.bar(),
          one.bar().isEmpty() ? "" : one.kept() ? "yes" : "NO");
    }
  }

  private static String json(List<Finding> findings) {
    ArrayNode array = new ObjectMapper().createArrayNode();
    for (Finding one : findings) {
      ObjectNode node = array.addObject();
      node.put("study", one.study());
      node.put("what", one.what());
      node.put("seeds", one.seeds());
      node.put("n", one.n());
      node.put("value", one.value());
      if (one.low() != null && one.high() != null) {
        node.put("low", one.low());
        node.put("high", one.high());
      }
      if (!one.bar().isEmpty()) {
        node.put("bar", one.bar());
        node.put("kept", one.kept());
      }
    }
    return array.toPrettyString();
  }
}
