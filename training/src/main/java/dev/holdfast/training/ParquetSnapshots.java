package dev.holdfast.training;

import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MILLIS;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import blue.strategic.parquet.ParquetWriter;
import blue.strategic.parquet.ValueWriter;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;

/** Snapshots as Parquet, in row groups of bounded size. */
final class ParquetSnapshots implements SnapshotExport.Writer {

  private final List<String> names;
  private final ParquetWriter<SnapshotSet.Snapshot> parquet;

  ParquetSnapshots(Path file, FeatureSchema schema) throws IOException {
    names = schema.features().stream().map(Feature::name).toList();
    Types.GroupBuilder<MessageType> type =
        Types.buildMessage()
            .required(INT64)
            .named("customer")
            .required(INT64)
            .as(LogicalTypeAnnotation.timestampType(true, MILLIS))
            .named("cutoff")
            .required(INT32)
            .named("label")
            .required(FLOAT)
            .named("weight")
            .required(BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named("split");
    for (String name : names) {
      type.required(FLOAT).named(name);
    }
    MessageType message = type.named("snapshot");
    parquet = ParquetWriter.writeFile(message, file.toFile(), this::cells);
  }

  private void cells(SnapshotSet.Snapshot row, ValueWriter out) {
    out.write("customer", row.customer());
    out.write("cutoff", row.cutoff().toEpochMilli());
    out.write("label", row.churned() ? 1 : 0);
    out.write("weight", (float) row.weight());
    out.write("split", SnapshotExport.split(row));
    for (int i = 0; i < names.size(); i++) {
      out.write(names.get(i), row.features()[i]);
    }
  }

  @Override
  public void write(SnapshotSet.Snapshot row) throws IOException {
    parquet.write(row);
  }

  @Override
  public void close() throws IOException {
    parquet.close();
  }
}
