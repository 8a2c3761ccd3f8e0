package dev.holdfast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.monitoring.ModelWatch;
import dev.holdfast.monitoring.Monitoring;
import dev.holdfast.monitoring.State;
import dev.holdfast.monitoring.Verdict;
import dev.holdfast.platform.Problem;
import jakarta.inject.Inject;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints how the champion, or another watched model, does in production. */
@Command(
    name = "monitor",
    description =
        "Prints how the champion does in production: drift, calibration, rivals in shadow. Exit"
            + " code 1 on an alarm.")
@Needs(Needs.Parts.STORE)
class MonitorCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "VERSION",
      description = "another watched model instead of the champion")
  @Nullable String version;

  @Option(
      names = "--run",
      description = "do the monitoring of today first, as the service does once a day")
  boolean run;

  @Option(names = "--json", description = "one JSON document")
  boolean json;

  @Inject Monitoring monitoring;
  @Inject ObjectMapper mapper;

  @Override
  public Integer call() throws JsonProcessingException {
    if (run && !monitoring.run()) {
      throw Problem.conflict(
          "Nothing was watched: no model serves yet, or the service is at it this moment");
    }
    ModelWatch watch =
        version == null
            ? monitoring
                .champion()
                .orElseThrow(
                    () ->
                        Problem.notFound(
                            "No model has been watched yet: promote one, then run holdfast monitor"
                                + " --run"))
            : monitoring.of(version);
    if (json) {
      System.out.println(mapper.writeValueAsString(watch));
    } else {
      print(watch);
    }
    return watch.state() == State.ALARM ? 1 : 0;
  }

  private static void print(ModelWatch watch) {
    System.out.println(
        watch.model()
            + " ("
            + watch.role()
            + "), "
            + watch.judgedAt()
            + ": "
            + watch.state().word());
    for (Verdict verdict : watch.verdicts()) {
      System.out.printf(
          "  %-13s %-24s %s%n", verdict.state().word(), verdict.check(), verdict.words());
    }
    if (watch.proposal() != null) {
      System.out.println("proposed: " + watch.proposal() + " (holdfast rollback --reason TEXT)");
    }
  }
}
