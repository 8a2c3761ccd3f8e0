package dev.holdfast.customer;

import dev.holdfast.access.Audit;
import dev.holdfast.event.Source;
import dev.holdfast.event.file.ImportMap;
import dev.holdfast.event.file.ImportRuns;
import dev.holdfast.event.file.ProgressLine;
import dev.holdfast.event.file.Rejects;
import dev.holdfast.event.file.Row;
import dev.holdfast.event.file.RowReader;
import dev.holdfast.event.file.RowRejected;
import dev.holdfast.event.file.TextEncoding;
import dev.holdfast.platform.Problem;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Customers from a file. */
@ApplicationScoped
public class CustomerImport {

  /** Rows of one transaction. */
  private static final int BATCH = 200;

  private final CustomerRecords records;
  private final ImportRuns runs;
  private final Audit audit;
  private final Validator validator;

  CustomerImport(CustomerRecords records, ImportRuns runs, Audit audit, Validator validator) {
    this.records = records;
    this.runs = runs;
    this.audit = audit;
    this.validator = validator;
  }

  /**
   * What was read.
   *
   * @param rows of the file; {@code rows = created + known + rejected}
   * @param created customers that are new; 0 in a dry run, which looks at the file alone
   * @param known customers that were there before, or all good rows of a dry run
   * @param encoding in which the file was read
   */
  public record Result(long rows, long created, long known, TextEncoding encoding) {}

  private record Wanted(Row row, String name, CustomerChange change) {}

  /**
   * Imports a file. Consent that the map declares for all is audited as one act with its count. How
   * far it is can be read from {@link ImportRuns} meanwhile, but of a dry run.
   *
   * @param actor for the audit
   * @param said takes progress, line by line
   * @throws dev.holdfast.event.file.UnusableFile if file or map cannot be used
   */
  public Result run(
      Path file,
      ImportMap map,
      boolean dryRun,
      String actor,
      Rejects rejects,
      Consumer<String> said) {
    // Before anything is written, so that a file that cannot be used changes nothing.
    RowReader.open(file, map.format()).close();
    Totals totals = new Totals();
    if (dryRun) {
      return run(file, map, true, actor, rejects, totals, new ProgressLine(said));
    }
    ImportRuns.Ongoing run = runs.begin("customers", file, map, null, actor);
    try {
      run.reading(0, 0, rejects, totals.asBooks());
      ProgressLine progress =
          new ProgressLine(
              said, (rows, share) -> run.reading(rows, share, rejects, totals.asBooks()));
      Result result = run(file, map, false, actor, rejects, totals, progress);
      run.done(result.rows(), rejects, totals.asBooks());
      return result;
    } catch (RuntimeException failure) {
      run.failed(failure);
      throw failure;
    }
  }

  private Result run(
      Path file,
      ImportMap map,
      boolean dryRun,
      String actor,
      Rejects rejects,
      Totals totals,
      ProgressLine progress) {
    CustomerColumns columns = CustomerColumns.of(map);
    String origin = "map:" + map.name();
    // A file of orders says the same of its customer again and again.
    Map<String, CustomerChange> said = new HashMap<>();
    try (RowReader reader = RowReader.open(file, map.format())) {
      CustomerColumns.Bound bound = columns.bind(map, reader);
      List<Wanted> batch = new ArrayList<>();
      for (Row row = reader.next(); row != null; row = reader.next()) {
        totals.rows++;
        try {
          CustomerChange change = bound.change(row);
          requireValid(change);
          String name = bound.name(row);
          if (change.equals(said.put(name, change))) {
            totals.known++;
          } else {
            batch.add(new Wanted(row, name, change));
          }
        } catch (RowRejected rejected) {
          rejects.add(row, rejected);
        }
        if (batch.size() == BATCH) {
          apply(batch, dryRun, origin, rejects, totals);
        }
        progress.at(totals.rows, reader.progress());
      }
      apply(batch, dryRun, origin, rejects, totals);
      return new Result(totals.rows, totals.created, totals.known, reader.encoding());
    } finally {
      // Also of an import that broke off: what it did is done.
      if (!dryRun) {
        audit.record(
            actor,
            "customers-imported",
            origin,
            String.format(
                "%d new, %d known, %d statements of consent; for all: %s",
                totals.created, totals.known, totals.statements, columns.defaults()));
      }
    }
  }

  private static final class Totals {
    private long rows;
    private long created;
    private long known;
    private long statements;

    /** New customers and known ones. */
    Source.Books asBooks() {
      return new Source.Books(created + known, created, known, 0, 0, 0);
    }
  }

  private void apply(
      List<Wanted> batch, boolean dryRun, String origin, Rejects rejects, Totals totals) {
    if (dryRun) {
      totals.known += batch.size();
    } else if (!batch.isEmpty()) {
      applyAll(batch, origin, rejects, totals);
    }
    batch.clear();
  }

  private void applyAll(List<Wanted> batch, String origin, Rejects rejects, Totals totals) {
    try {
      List<CustomerRecords.Changed> all =
          QuarkusTransaction.requiringNew()
              .call(() -> batch.stream().map(wanted -> change(wanted, origin)).toList());
      all.forEach(changed -> count(changed, totals));
    } catch (Problem one) {
      // One row is refused by what is stored: apply the rows one by one to leave out only that.
      for (Wanted wanted : batch) {
        try {
          count(QuarkusTransaction.requiringNew().call(() -> change(wanted, origin)), totals);
        } catch (Problem problem) {
          rejects.add(wanted.row(), new RowRejected(problem.title(), problem.detail()));
        }
      }
    }
  }

  private CustomerRecords.Changed change(Wanted wanted, String origin) {
    return records.change(
        wanted.name(), wanted.change(), CustomerRecords.Absent.KEPT, null, origin);
  }

  private static void count(CustomerRecords.Changed changed, Totals totals) {
    if (changed.created()) {
      totals.created++;
    } else {
      totals.known++;
    }
    totals.statements += changed.statements().size();
  }

  private void requireValid(CustomerChange change) throws RowRejected {
    Set<ConstraintViolation<CustomerChange>> violations = validator.validate(change);
    for (ConstraintViolation<CustomerChange> violation : violations) {
      throw new RowRejected(
          violation.getPropertyPath() + " " + violation.getMessage(),
          violation.getPropertyPath()
              + " "
              + violation.getMessage()
              + ", was \""
              + violation.getInvalidValue()
              + "\"");
    }
  }
}
