package dev.holdfast.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.access.Audit;
import dev.holdfast.campaign.CallLists;
import dev.holdfast.campaign.CallLists.Call;
import dev.holdfast.campaign.CallLists.CallList;
import dev.holdfast.platform.Problem;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints a campaign's call list of today. */
@Command(name = "list", description = "Prints today's call list of a campaign.")
@Needs(Needs.Parts.STORE)
class ListCommand implements Callable<Integer> {

  enum Format {
    text,
    json,
    csv,
    xlsx
  }

  @Parameters(paramLabel = "CAMPAIGN", description = "its name or number")
  String campaign;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text (default), json, or csv or xlsx for a spreadsheet")
  Format format;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "20",
      description = "lines of text (default 20); the others are always whole")
  int top;

  @Inject CallLists lists;
  @Inject Audit audit;
  @Inject ObjectMapper json;

  @Override
  public Integer call() throws IOException {
    long id =
        lists
            .idOf(campaign)
            .orElseThrow(
                () ->
                    Problem.notFound(
                        "There is no campaign \""
                            + campaign
                            + "\"; holdfast campaign list shows them"));
    CallList list = lists.today(id);
    QuarkusTransaction.requiringNew()
        .run(
            () ->
                audit.record(
                    Actor.name(), "call-list.export", "campaign:" + id, format.toString()));
    switch (format) {
      case json -> System.out.println(json.writeValueAsString(list));
      case csv -> lists.write(list, CallLists.Sheet.CSV, System.out);
      case xlsx -> lists.write(list, CallLists.Sheet.XLSX, System.out);
      default -> print(list, top);
    }
    return 0;
  }

  /** Prints the best calls for a reader. */
  static void print(CallList list, int top) {
    System.out.printf(
        "%s, %s: %d to call, %d pending%s%n",
        list.campaign(),
        list.asOf(),
        list.calls().size(),
        list.pending(),
        list.blocked().isEmpty() ? "" : ", left out " + list.blocked());
    for (Call call : list.calls().subList(0, Math.min(top, list.calls().size()))) {
      System.out.printf(
          Locale.ROOT,
          "%3d. %-16s %-22s risk %3.0f%%  %-18s %s%n",
          call.rank(),
          call.customer(),
          call.name() == null ? "" : call.name(),
          100 * call.risk(),
          call.phone() == null ? "" : call.phone(),
          String.join("; ", call.reasons()));
    }
  }
}
