package dev.holdfast.training;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Snapshots as CSV; numbers are written so that reading them gives the same bits. */
final class CsvSnapshots implements SnapshotExport.Writer {

  private final CsvWriter csv;

  CsvSnapshots(Path file, FeatureSchema schema) throws IOException {
    csv = CsvWriter.builder().build(file);
    List<String> header = new ArrayList<>(SnapshotExport.COLUMNS);
    schema.features().stream().map(Feature::name).forEach(header::add);
    csv.writeRecord(header);
  }

  @Override
  public void write(SnapshotSet.Snapshot row) {
    List<String> cells = new ArrayList<>(SnapshotExport.COLUMNS.size() + row.features().length);
    cells.add(Long.toString(row.customer()));
    cells.add(row.cutoff().toString());
    cells.add(row.churned() ? "1" : "0");
    cells.add(Float.toString((float) row.weight()));
    cells.add(SnapshotExport.split(row));
    for (float value : row.features()) {
      cells.add(Float.toString(value));
    }
    csv.writeRecord(cells);
  }

  @Override
  public void close() throws IOException {
    csv.close();
  }
}
