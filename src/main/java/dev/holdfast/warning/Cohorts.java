package dev.holdfast.warning;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import dev.holdfast.customer.Customers;
import dev.holdfast.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the incidents of segments: figures, customers, what they share. */
@ApplicationScoped
public class Cohorts {

  private static final int PAGE = 1_000;
  private static final String FORMULA_STARTS = "=+-@\t\r\n\0＝＋－＠";

  private final CohortIncidents incidents;
  private final Customers customers;

  Cohorts(CohortIncidents incidents, Customers customers) {
    this.incidents = incidents;
    this.customers = customers;
  }

  /**
   * Some of the missing customers.
   *
   * @param customers by name, {@code namespace:value}
   * @param next where the next page begins; null if there is none
   */
  public record Page(List<String> customers, @Nullable Long next) {}

  /**
   * The figures of an incident of a segment.
   *
   * @throws Problem 404 if there is none with this number
   */
  public CohortFigures figures(long id) {
    return incidents.figures(id);
  }

  /**
   * What its missing customers share more than others, by falling lift.
   *
   * @throws Problem 404 if there is none with this number
   */
  public List<SharedTrait> shared(long id) {
    incidents.figures(id);
    return incidents.traits(id);
  }

  /**
   * A page of its missing customers.
   *
   * @param after the last customer of the page before, 0 for the first
   * @throws Problem 404 if there is none with this number
   */
  public Page customers(long id, long after, int limit) {
    incidents.figures(id);
    List<Long> ids = incidents.customersAfter(id, after, limit);
    return new Page(names(ids), ids.size() < limit ? null : ids.get(ids.size() - 1));
  }

  private List<String> names(List<Long> ids) {
    Map<Long, String> names = customers.namesOf(ids);
    List<String> found = new ArrayList<>();
    for (long id : ids) {
      String name = names.get(id);
      if (name != null) {
        found.add(name);
      }
    }
    return found;
  }

  /**
   * Writes all of them as a file for a spreadsheet, a page in memory at a time: quoted, with a
   * byte-order mark, and no field that would be run as a formula.
   */
  public void write(long id, OutputStream out) throws IOException {
    BufferedWriter text = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    text.write('\uFEFF');
    CsvWriter csv =
        CsvWriter.builder()
            .lineDelimiter(LineDelimiter.CRLF)
            .quoteStrategy(QuoteStrategies.ALWAYS)
            .build(text);
    csv.writeRecord("customer");
    long after = 0;
    List<Long> ids;
    do {
      ids = incidents.customersAfter(id, after, PAGE);
      for (String name : names(ids)) {
        csv.writeRecord(FORMULA_STARTS.indexOf(name.charAt(0)) >= 0 ? "'" + name : name);
      }
      after = ids.isEmpty() ? after : ids.get(ids.size() - 1);
    } while (ids.size() == PAGE);
    csv.flush();
  }
}
