package dev.holdfast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.access.Audit;
import dev.holdfast.customer.Customers;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.scoring.Explanation;
import dev.holdfast.scoring.Explanation.Projection;
import dev.holdfast.scoring.Explanations;
import jakarta.inject.Inject;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says why a customer's risk is what it is. */
@Command(
    name = "explain",
    description = "Says why a customer's risk is what it is, and what silence will make of it.")
@Needs(Needs.Parts.STORE)
class ExplainCommand implements Callable<Integer> {

  @Parameters(paramLabel = "CUSTOMER", description = "namespace:value, for example crm:4711")
  String customer;

  @Option(
      names = "--at",
      paramLabel = "INSTANT",
      description =
          "then instead of now, such as 2011-12-10T00:00Z: a past one as known then, a future one"
              + " after silence until then")
  @Nullable String at;

  @Option(names = "--json", description = "one JSON document")
  boolean asJson;

  @Inject Explanations explanations;
  @Inject Audit audit;
  @Inject Customers customers;
  @Inject BusinessClock clock;
  @Inject ObjectMapper json;

  @Override
  public Integer call() throws JsonProcessingException {
    Explanation explanation =
        at == null ? explanations.now(customer) : explanations.at(customer, Instants.parse(at));
    customers
        .find(customer, clock.now())
        .ifPresent(id -> audit.record(Actor.name(), "risk-explained", "customer:" + id, at));
    if (asJson) {
      System.out.println(json.writeValueAsString(explanation));
    } else {
      print(explanation);
    }
    return 0;
  }

  private static void print(Explanation one) {
    System.out.println("customer      " + one.customer());
    System.out.println(
        "at            "
            + one.at()
            + switch (one.basis()) {
              case NOW ->
                  one.stale()
                      ? "; the feed is behind: silence counted up to " + one.asOf()
                      : "; silence counted up to " + one.asOf();
              case AS_KNOWN_THEN -> ", as known then; the feed taken as complete";
              case IF_SILENT_UNTIL_THEN -> ", if silent until then";
            });
    System.out.println("model         " + one.model());
    System.out.println(
        String.format(
            Locale.ROOT, "risk          %.4f, %s", one.risk().risk(), one.band().wireName()));
    for (Projection level : one.ifSilent()) {
      System.out.println(
          "if silent     "
              + level.level()
              + " ("
              + level.meaning()
              + ") "
              + (level.reached()
                  ? "is reached"
                  : level.reachedAt() == null ? "stays out of reach" : "at " + level.reachedAt()));
    }
    BreakdownText.print(one.risk());
  }
}
