package dev.holdfast.training;

import dev.holdfast.activity.FeatureSchema;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** Snapshots as Tribuo sees them. Every feature is given, zeros too: absent would be missing. */
final class Labels {

  static final String CHURNED = "churned";
  static final String STAYED = "stayed";

  private Labels() {}

  /** The rows as a dataset; {@code cutoff} is recorded as their date. */
  static MutableDataset<Label> dataset(List<Snapshot> rows, FeatureSchema schema, Instant cutoff) {
    LabelFactory factory = new LabelFactory();
    List<Example<Label>> examples = new ArrayList<>(rows.size());
    for (Snapshot row : rows) {
      examples.add(example(row, schema));
    }
    return new MutableDataset<>(
        examples,
        new SimpleDataSourceProvenance(
            "point-in-time snapshots", cutoff.atOffset(ZoneOffset.UTC), factory),
        factory);
  }

  static Example<Label> example(Snapshot row, FeatureSchema schema) {
    String[] names = new String[schema.size()];
    double[] values = new double[names.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = schema.features().get(i).name();
      values[i] = row.features()[i];
    }
    return new ArrayExample<>(new Label(row.churned() ? CHURNED : STAYED), names, values);
  }
}
