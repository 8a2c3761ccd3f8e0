package dev.holdfast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.access.Audit;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.Receipt;
import dev.holdfast.scoring.Receipts;
import jakarta.inject.Inject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Recomputes a past score from what was kept with it. */
@Command(
    name = "receipt",
    description = "Shows what a past score was computed from, and recomputes it exactly.")
@Needs(Needs.Parts.STORE)
class ReceiptCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "SCORE",
      description =
          "its number, or namespace:value@INSTANT for the score in force then, such as"
              + " crm:4711@2011-12-10T00:00Z")
  String score;

  @Option(names = "--json", description = "one JSON document")
  boolean asJson;

  @Inject Receipts receipts;
  @Inject Audit audit;
  @Inject ObjectMapper json;

  @Override
  public Integer call() throws JsonProcessingException {
    Receipt receipt = find();
    audit.record(Actor.name(), "receipt-read", "receipt:" + receipt.id(), null);
    if (asJson) {
      System.out.println(json.writeValueAsString(receipt));
    } else {
      print(receipt);
    }
    return receipt.exact() ? 0 : 1;
  }

  private Receipt find() {
    if (score.matches("\\d{1,18}")) {
      return receipts.of(Long.parseLong(score));
    }
    // The value of a name may contain the sign too.
    int sign = score.lastIndexOf('@');
    if (sign < 0) {
      throw Problem.badRequest(
          "A score is a number, or a customer at an instant such as crm:4711@2011-12-10T00:00Z,"
              + " was \""
              + score
              + "\"");
    }
    return receipts.inForce(score.substring(0, sign), Instants.parse(score.substring(sign + 1)));
  }

  private static void print(Receipt one) {
    System.out.println("receipt       " + one.id());
    System.out.println("customer      " + one.customer());
    System.out.println("in force from " + one.scoredAt());
    System.out.println("as of         " + one.asOf() + ", up to which silence was counted");
    System.out.println("model         " + one.model());
    System.out.println(
        "state         sha-256 " + one.stateSha256() + ", " + one.stateBytes() + " bytes");
    System.out.println("risk          " + one.risk() + ", " + one.band().wireName());
    System.out.println(
        "bands         medium from " + one.mediumFrom() + ", high from " + one.highFrom());
    System.out.println("levels        " + one.levels());
    BreakdownText.print(one.recomputed());
    System.out.println("risk again    " + one.recomputed().risk());
    System.out.println(
        one.exact()
            ? "recomputed exactly: difference 0"
            : "NOT recomputed exactly: difference " + one.difference());
  }
}
