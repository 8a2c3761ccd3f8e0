package dev.holdfast.campaign;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import dev.holdfast.campaign.CallLists.Call;
import dev.holdfast.campaign.CallLists.CallList;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A call list as a file that a spreadsheet opens, row by row into the stream: UTF-8 with a
 * byte-order mark so that Chinese stays intact, every field quoted, and no field that a spreadsheet
 * would run as a formula.
 *
 * @see <a href="https://owasp.org/www-community/attacks/CSV_Injection">OWASP, CSV injection</a>
 */
final class CallListCsv {

  static final List<String> COLUMNS =
      List.of(
          "rank",
          "task",
          "customer",
          "name",
          "phone",
          "risk",
          "expected_gain",
          "reason_1",
          "reason_2",
          "reason_3",
          "zone",
          "since",
          "call_from",
          "exploration",
          "offer");

  static final int REASONS = 3;

  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final String FORMULA_STARTS = "=+-@\t\r\n\0＝＋－＠";

  private CallListCsv() {}

  /**
   * Writes the file and leaves the stream open. Phones are text cells: a spreadsheet would turn
   * them into numbers.
   */
  static void write(CallList list, OutputStream out) throws IOException {
    Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    text.write(BYTE_ORDER_MARK);
    CsvWriter csv =
        CsvWriter.builder()
            .lineDelimiter(LineDelimiter.CRLF)
            .quoteStrategy(QuoteStrategies.ALWAYS)
            .build(text);
    csv.writeRecord(COLUMNS);
    for (Call call : list.calls()) {
      csv.writeRecord(
          String.valueOf(call.rank()),
          String.valueOf(call.taskId()),
          cell(call.customer()),
          cell(call.name()),
          call.phone() == null ? "" : "'" + call.phone(),
          String.format(Locale.ROOT, "%.4f", call.risk()),
          String.format(Locale.ROOT, "%.2f", call.expectedGain()),
          cell(reason(call, 0)),
          cell(reason(call, 1)),
          cell(reason(call, 2)),
          cell(call.zone()),
          call.since().toString(),
          call.callFrom() == null ? "" : call.callFrom().toString(),
          call.exploration() ? "yes" : "",
          cell(call.offer()));
    }
    csv.flush();
  }

  private static String reason(Call call, int at) {
    return at < call.reasons().size() ? call.reasons().get(at) : "";
  }

  /** A text cell: what would start a formula is marked as text. */
  static String cell(@Nullable String value) {
    if (value == null || value.isEmpty()) {
      return "";
    }
    return FORMULA_STARTS.indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
  }
}
