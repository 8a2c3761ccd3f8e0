package dev.holdfast.training;

import com.oracle.labs.mlrg.olcut.provenance.ListProvenance;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.FeatureMap;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.MutableDataset;
import org.tribuo.MutableOutputInfo;
import org.tribuo.OutputInfo;
import org.tribuo.RealInfo;
import org.tribuo.VariableInfo;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.impl.ArrayExample;
import org.tribuo.protos.core.DatasetProto;
import org.tribuo.provenance.DatasetProvenance;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * {@link Rows} as a dataset of Tribuo. An example is made when it is asked for and not kept, so
 * that any trainer of Tribuo can learn from the rows, and ours from the arrays beneath them. Every
 * feature is given, zeros too: absent would be missing.
 */
final class RowsDataset extends Dataset<Label> {

  static final String CHURNED = "churned";
  static final String STAYED = "stayed";

  private static final long serialVersionUID = 1L;
  private static final LabelFactory LABELS = new LabelFactory();

  private final transient Rows rows;
  private final String[] names;
  private final ImmutableFeatureMap features;
  private final MutableOutputInfo<Label> outputs;

  /**
   * The rows as a dataset.
   *
   * @param asOf recorded as their date
   * @throws IllegalStateException if all customers churned or none did: there is nothing to tell
   *     apart
   */
  RowsDataset(Rows rows, Instant asOf) {
    super(
        new SimpleDataSourceProvenance(
            "point-in-time snapshots", asOf.atOffset(ZoneOffset.UTC), LABELS),
        LABELS);
    this.rows = rows;
    this.names =
        rows.schema().features().stream()
            .map(dev.holdfast.activity.Feature::name)
            .toArray(String[]::new);
    this.features = new ImmutableFeatureMap(columns(rows, names));
    this.outputs = LABELS.generateInfo();
    Label churned = new Label(CHURNED);
    Label stayed = new Label(STAYED);
    for (int i = 0; i < rows.size(); i++) {
      outputs.observe(rows.churned(i) ? churned : stayed);
    }
    if (outputs.size() < 2) {
      throw new IllegalStateException(
          "all "
              + rows.size()
              + " rows have the same outcome, so there is nothing to tell apart; check the churn"
              + " definition and the horizon");
    }
  }

  private static List<VariableInfo> columns(Rows rows, String[] names) {
    int m = names.length;
    int n = rows.size();
    float[] row = new float[m];
    double[] low = new double[m];
    double[] high = new double[m];
    double[] mean = new double[m];
    double[] squares = new double[m];
    int[] seen = new int[m];
    for (int i = 0; i < n; i++) {
      rows.read(i, row);
      for (int j = 0; j < m; j++) {
        double x = row[j];
        if (Double.isNaN(x)) {
          continue;
        }
        low[j] = seen[j] == 0 ? x : Math.min(low[j], x);
        high[j] = seen[j] == 0 ? x : Math.max(high[j], x);
        seen[j]++;
        double delta = x - mean[j];
        mean[j] += delta / seen[j];
        squares[j] += delta * (x - mean[j]);
      }
    }
    List<VariableInfo> infos = new ArrayList<>(m);
    for (int j = 0; j < m; j++) {
      infos.add(new RealInfo(names[j], seen[j], high[j], low[j], mean[j], squares[j]));
    }
    return infos;
  }

  /** The rows beneath. */
  Rows rows() {
    return rows;
  }

  /** A row as Tribuo sees it. */
  static Example<Label> example(Rows rows, int row) {
    double[] values = new double[rows.schema().size()];
    String[] names = new String[values.length];
    for (int j = 0; j < values.length; j++) {
      values[j] = rows.value(row, j);
      names[j] = rows.schema().features().get(j).name();
    }
    Example<Label> example =
        new ArrayExample<>(new Label(rows.churned(row) ? CHURNED : STAYED), names, values);
    example.setWeight(rows.weight(row));
    return example;
  }

  @Override
  public List<Example<Label>> getData() {
    return new AbstractList<>() {
      @Override
      public Example<Label> get(int index) {
        return example(rows, index);
      }

      @Override
      public int size() {
        return rows.size();
      }
    };
  }

  @Override
  public Example<Label> getExample(int index) {
    return example(rows, index);
  }

  @Override
  public int size() {
    return rows.size();
  }

  @Override
  public synchronized Iterator<Example<Label>> iterator() {
    return getData().iterator();
  }

  @Override
  public synchronized void shuffle(boolean shuffle) {
    throw new UnsupportedOperationException("rows keep their order, so that a run can be repeated");
  }

  @Override
  public Set<Label> getOutputs() {
    return outputs.getDomain();
  }

  @Override
  public ImmutableOutputInfo<Label> getOutputIDInfo() {
    return outputs.generateImmutableOutputInfo();
  }

  @Override
  public OutputInfo<Label> getOutputInfo() {
    return outputs;
  }

  @Override
  public ImmutableFeatureMap getFeatureIDMap() {
    return features;
  }

  @Override
  public FeatureMap getFeatureMap() {
    return features;
  }

  @Override
  public DatasetProvenance getProvenance() {
    return new DatasetProvenance(sourceProvenance, new ListProvenance<>(), this);
  }

  @Override
  public DatasetProto serialize() {
    return MutableDataset.createDeepCopy(this).serialize();
  }
}
