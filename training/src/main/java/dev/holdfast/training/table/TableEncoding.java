package dev.holdfast.training.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.holdfast.activity.Direction;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.event.file.UnusableFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a row of a table becomes features. Learnt from the rows that a model may learn from, and kept
 * with it as {@code table.json}, so that another file is encoded in the same way.
 *
 * <p>A number is itself to the trees, NaN where it is missing; for the regression its logarithm and
 * hinges at its quartiles stand beside it, and whether it is missing. A category has a feature for
 * each level that is not rare, and one for the rare ones together. Numbers that count the same
 * thing, named alike but for one word such as {@code day_minutes}, {@code evening_minutes} and
 * {@code night_minutes}, are added up as well: what is split over columns in the file often acts as
 * a whole.
 */
public final class TableEncoding {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private static final double RARE_SHARE = 0.005;
  private static final int RARE_ROWS = 20;
  private static final int MOST_LEVELS = 60;
  // A number with fewer values is a code or a count to which a bend adds little.
  private static final int FEWEST_TO_BEND = 5;
  private static final double[] QUARTILES = {0.25, 0.5, 0.75};
  private static final int FEWEST_TO_ADD = 3;

  /** The content of {@code table.json}. */
  private record Stored(
      String label,
      String positive,
      @Nullable String id,
      Map<String, String> types,
      Map<String, Double> means,
      Map<String, String> directions,
      List<Term> terms) {}

  private final Stored stored;
  private final Map<String, ColumnType> types;
  private final FeatureSchema schema;

  private TableEncoding(Stored stored) {
    this.stored = stored;
    this.types = new LinkedHashMap<>();
    stored.types().forEach((name, type) -> types.put(name, ColumnType.of(type)));
    List<Feature> features = new ArrayList<>();
    for (Term term : stored.terms()) {
      String column = term.columns().get(0);
      boolean sum = term.kind() == Term.Kind.SUM;
      features.add(
          new Feature(
              term.feature(),
              "-",
              sum ? term.feature() : column,
              direction(term),
              sum ? "sum of " + String.join(", ", term.columns()) : words(term)));
    }
    this.schema = FeatureSchema.of(schemaVersion(stored.terms()), features);
  }

  private static String words(Term term) {
    String column = term.columns().get(0);
    return switch (term.kind()) {
      case VALUE, SUM -> column;
      case LOGARITHM -> column + ", logarithm";
      case HINGE -> column + " above " + term.at();
      case YES -> column + ": yes";
      case LEVEL -> column + ": " + term.level();
      case RARE -> column + ": a rare value";
      case MISSING -> column + ": not known";
    };
  }

  private Direction direction(Term term) {
    return switch (term.kind()) {
      case VALUE, LOGARITHM, HINGE, YES ->
          Direction.valueOf(
              stored
                  .directions()
                  .getOrDefault(term.columns().get(0), "frozen")
                  .toUpperCase(Locale.ROOT));
      case SUM, LEVEL, RARE, MISSING -> Direction.FROZEN;
    };
  }

  /** Above every version of the features of events, and another for other features. */
  private static int schemaVersion(List<Term> terms) {
    return 1_000_000
        + Math.floorMod(terms.stream().map(Term::feature).toList().hashCode(), 1 << 20);
  }

  /**
   * Learns the encoding.
   *
   * @param types of the columns to encode
   * @param rows to learn from: no other row's value is looked at
   */
  static TableEncoding fit(Table table, TableSource source, ColumnTypes types, int[] rows) {
    List<Term> terms = new ArrayList<>();
    Map<String, Double> means = new LinkedHashMap<>();
    Names names = new Names();
    types
        .types()
        .forEach(
            (name, type) -> {
              Column column = table.column(name);
              if (type == ColumnType.CATEGORY) {
                categories(terms, names, column, rows);
              } else {
                numbers(terms, names, means, column, type, rows);
              }
            });
    if (source.sums()) {
      for (List<String> alike : alike(types, terms)) {
        String name = names.of("total of " + String.join(" + ", alike));
        terms.add(new Term(name, Term.Kind.SUM, alike, null, null, 0, true));
      }
    }
    if (terms.isEmpty()) {
      throw new UnusableFile(
          table.path()
              + " has no column that differs among the "
              + rows.length
              + " rows learnt from; it needs more rows or other columns");
    }
    Map<String, String> typeNames = new LinkedHashMap<>();
    types.types().forEach((name, type) -> typeNames.put(name, type.label()));
    return new TableEncoding(
        new Stored(
            source.label(),
            source.positive(),
            source.id(),
            typeNames,
            means,
            source.directions(),
            terms));
  }

  private static void categories(List<Term> terms, Names names, Column column, int[] rows) {
    int[] count = new int[column.values().size()];
    for (int row : rows) {
      count[column.code(row)]++;
    }
    List<Integer> byCount = new ArrayList<>();
    int missing = 0;
    for (int code = 0; code < count.length; code++) {
      if (Column.isMissing(column.values().get(code))) {
        missing += count[code];
      } else if (count[code] > 0) {
        byCount.add(code);
      }
    }
    byCount.sort(
        Comparator.<Integer>comparingInt(code -> -count[code])
            .thenComparing(code -> column.values().get(code)));
    int least = (int) Math.min(RARE_ROWS, Math.ceil(RARE_SHARE * rows.length));
    List<String> of = List.of(column.name());
    List<String> rare = new ArrayList<>();
    List<String> levels = new ArrayList<>();
    for (int code : byCount) {
      String level = column.values().get(code);
      (levels.size() < MOST_LEVELS && count[code] >= least ? levels : rare).add(level);
    }
    // Of two levels one says all.
    boolean pair = levels.size() == 2 && rare.isEmpty() && missing == 0;
    for (String level : pair ? levels.subList(1, 2) : levels) {
      terms.add(
          new Term(
              names.of(column.name() + "=" + level), Term.Kind.LEVEL, of, level, null, 0, true));
    }
    if (!rare.isEmpty() && !levels.isEmpty()) {
      rare.sort(Comparator.naturalOrder());
      terms.add(
          new Term(names.of(column.name() + " rare"), Term.Kind.RARE, of, null, rare, 0, true));
    }
    if (missing > 0 && !levels.isEmpty()) {
      terms.add(
          new Term(
              names.of(column.name() + " missing"), Term.Kind.MISSING, of, null, null, 0, true));
    }
  }

  private static void numbers(
      List<Term> terms,
      Names names,
      Map<String, Double> means,
      Column column,
      ColumnType type,
      int[] rows) {
    String name = column.name();
    List<String> of = List.of(name);
    float[] byCode = parsed(column, type);
    double[] present = new double[rows.length];
    int n = 0;
    for (int row : rows) {
      float x = byCode[column.code(row)];
      if (!Float.isNaN(x)) {
        present[n++] = x;
      }
    }
    boolean missing = n < rows.length;
    double[] sorted = Arrays.copyOf(present, n);
    Arrays.sort(sorted);
    boolean constant = n == 0 || sorted[0] == sorted[n - 1];
    if (!constant) {
      means.put(name, Arrays.stream(sorted).average().orElse(0));
      Term.Kind kind = type == ColumnType.YES_NO ? Term.Kind.YES : Term.Kind.VALUE;
      terms.add(new Term(names.of(name), kind, of, null, null, 0, true));
      if (Arrays.stream(sorted).distinct().limit(FEWEST_TO_BEND).count() == FEWEST_TO_BEND) {
        terms.add(new Term(names.of(name + " ln"), Term.Kind.LOGARITHM, of, null, null, 0, false));
        Set<Double> bends = new LinkedHashSet<>();
        for (double share : QUARTILES) {
          bends.add(sorted[(int) (share * (n - 1))]);
        }
        for (double at : bends) {
          if (at > sorted[0] && at < sorted[n - 1]) {
            terms.add(
                new Term(
                    names.of(name + " above " + number(at)),
                    Term.Kind.HINGE,
                    of,
                    null,
                    null,
                    at,
                    false));
          }
        }
      }
    }
    if (missing && n > 0) {
      terms.add(
          new Term(names.of(name + " missing"), Term.Kind.MISSING, of, null, null, 0, constant));
    }
  }

  private static String number(double x) {
    return x == Math.rint(x) && Math.abs(x) < 1e9
        ? Long.toString((long) x)
        : String.format(Locale.ROOT, "%.4g", x);
  }

  /** Groups of number columns whose names differ in one word only, three or more in each. */
  private static List<List<String>> alike(ColumnTypes types, List<Term> terms) {
    Set<String> numbers = new LinkedHashSet<>();
    for (Term term : terms) {
      if (term.kind() == Term.Kind.VALUE) {
        numbers.add(term.columns().get(0));
      }
    }
    Map<String, List<String>> byPattern = new LinkedHashMap<>();
    for (String name : types.types().keySet()) {
      if (!numbers.contains(name)) {
        continue;
      }
      String[] words = name.split("[^\\p{L}\\p{N}]+|(?<=\\p{Ll})(?=\\p{Lu})", -1);
      for (int k = 0; words.length > 1 && k < words.length; k++) {
        String[] pattern = words.clone();
        pattern[k] = "*";
        byPattern
            .computeIfAbsent(
                String.join(" ", pattern).toLowerCase(Locale.ROOT), p -> new ArrayList<>())
            .add(name);
      }
    }
    // "total day minutes" and "total day calls" are alike too, and are no sum: the word that
    // differs must not be the last one, which says what is counted.
    List<List<String>> groups = new ArrayList<>();
    byPattern.forEach(
        (pattern, columns) -> {
          if (columns.size() >= FEWEST_TO_ADD && !pattern.endsWith("*")) {
            groups.add(List.copyOf(columns));
          }
        });
    return groups;
  }

  /** Unique names without the signs that XGBoost does not take. */
  private static final class Names {

    private final Set<String> taken = new HashSet<>();

    String of(String wanted) {
      String clean = wanted.replaceAll("[\\[\\]<>\\s]+", " ").strip();
      String name = clean;
      for (int i = 2; !taken.add(name); i++) {
        name = clean + " " + i;
      }
      return name;
    }
  }

  private static float[] parsed(Column column, ColumnType type) {
    float[] byCode = new float[column.values().size()];
    for (int code = 0; code < byCode.length; code++) {
      byCode[code] = parse(column.values().get(code), type);
    }
    return byCode;
  }

  private static float parse(String text, ColumnType type) {
    if (Column.isMissing(text)) {
      return Float.NaN;
    }
    if (type == ColumnType.YES_NO) {
      return ColumnTypes.isYes(text) ? 1 : 0;
    }
    return Float.parseFloat(text);
  }

  /** The features, in the order of {@link Encoder#encode}. */
  public FeatureSchema schema() {
    return schema;
  }

  /** Features that trees learn from. */
  public List<String> treeFeatures() {
    return stored.terms().stream().filter(Term::forTrees).map(Term::feature).toList();
  }

  /** Columns of the table that are read, in the order of the file learnt from. */
  public List<String> columns() {
    return List.copyOf(types.keySet());
  }

  /** Column that names the customer, or null. */
  public @Nullable String id() {
    return stored.id();
  }

  /** Column of the outcome; it need not be there to encode. */
  public String label() {
    return stored.label();
  }

  /** Columns of numbers that differ between customers, each with the feature of its value. */
  public Map<String, String> numberFeatures() {
    Map<String, String> numbers = new LinkedHashMap<>();
    for (Term term : stored.terms()) {
      if (term.kind() == Term.Kind.VALUE) {
        numbers.put(term.columns().get(0), term.feature());
      }
    }
    return numbers;
  }

  /**
   * Prepares to encode the rows of a table.
   *
   * @throws UnusableFile if it lacks a column, or a value is not of its column's kind; the message
   *     names the line
   */
  public Encoder of(Table table) {
    return new Encoder(this, table);
  }

  /** Encodes the rows of one table. Not thread-safe. */
  public static final class Encoder {

    private final List<Term> terms;
    private final Map<String, Column> columns = new HashMap<>();
    // By column: of each different text, the number.
    private final Map<String, float[]> numbers = new HashMap<>();
    // By term: of each different text of its column, the feature; null for a sum.
    private final List<float @Nullable []> byCode = new ArrayList<>();

    private Encoder(TableEncoding encoding, Table table) {
      this.terms = encoding.stored.terms();
      encoding.types.forEach(
          (name, type) -> {
            Column column = table.column(name);
            columns.put(name, column);
            if (type != ColumnType.CATEGORY) {
              for (String value : column.present()) {
                ColumnTypes.requireIs(table, column, type, value);
              }
              numbers.put(name, parsed(column, type));
            }
          });
      for (Term term : terms) {
        byCode.add(term.kind() == Term.Kind.SUM ? null : features(term));
      }
    }

    private float[] features(Term term) {
      Column column = column(term.columns().get(0));
      Set<String> rare = term.levels() == null ? Set.of() : Set.copyOf(term.levels());
      float[] number = numbers.get(column.name());
      float[] features = new float[column.values().size()];
      for (int code = 0; code < features.length; code++) {
        String text = column.values().get(code);
        features[code] =
            switch (term.kind()) {
              case LEVEL -> text.equals(term.level()) ? 1 : 0;
              case RARE -> rare.contains(text) ? 1 : 0;
              case MISSING -> Column.isMissing(text) ? 1 : 0;
              case VALUE, YES, SUM, LOGARITHM, HINGE -> {
                if (number == null) {
                  throw new UnusableFile(
                      "table.json computes a number of column " + column.name() + ", a category");
                }
                yield ofNumber(term, number[code]);
              }
            };
      }
      return features;
    }

    private static float ofNumber(Term term, float x) {
      return switch (term.kind()) {
        case LOGARITHM -> logarithm(x);
        case HINGE -> hinge(x, term.at());
        case MISSING -> Float.isNaN(x) ? 1 : 0;
        case VALUE, YES, SUM, LEVEL, RARE -> x;
      };
    }

    private Column column(String name) {
      Column column = columns.get(name);
      if (column == null) {
        throw new UnusableFile("table.json computes a feature of the unknown column " + name);
      }
      return column;
    }

    /** Writes the features of a row into {@code out}, as long as the schema. */
    public void encode(int row, float[] out) {
      for (int j = 0; j < out.length; j++) {
        Term term = terms.get(j);
        float[] known = byCode.get(j);
        out[j] =
            known == null
                ? sum(term, row, null, 0)
                : known[column(term.columns().get(0)).code(row)];
      }
    }

    /** The same for a row that had another number in one column: what if. */
    public void encode(int row, float[] out, String changed, float value) {
      encode(row, out);
      for (int j = 0; j < out.length; j++) {
        Term term = terms.get(j);
        if (term.columns().contains(changed)) {
          out[j] =
              term.kind() == Term.Kind.SUM ? sum(term, row, changed, value) : ofNumber(term, value);
        }
      }
    }

    private float sum(Term term, int row, @Nullable String changed, float value) {
      double sum = 0;
      for (String name : term.columns()) {
        if (name.equals(changed)) {
          sum += value;
          continue;
        }
        float[] number = numbers.get(name);
        if (number == null) {
          throw new UnusableFile("table.json adds up the column " + name + ", which is no number");
        }
        sum += number[column(name).code(row)];
      }
      return (float) sum;
    }
  }

  private static float logarithm(float x) {
    return (float) Math.copySign(Math.log1p(Math.abs(x)), x);
  }

  private static float hinge(float x, double at) {
    return Float.isNaN(x) ? x : (float) Math.max(0, x - at);
  }

  /**
   * The content of {@code table.json}: columns, levels, means, and how each feature is computed.
   */
  public byte[] toJson() {
    try {
      return JSON.writeValueAsBytes(stored);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("plain records can be written", impossible);
    }
  }

  /**
   * Reads {@code table.json}.
   *
   * @throws UnusableFile if it is not understood
   */
  public static TableEncoding read(byte[] json) {
    try {
      Stored stored = JSON.readValue(json, Stored.class);
      if (stored == null || stored.terms() == null || stored.types() == null) {
        throw new UnusableFile("table.json has no columns or no features");
      }
      return new TableEncoding(stored);
    } catch (IOException | IllegalArgumentException malformed) {
      throw new UnusableFile("table.json is not understood: " + malformed.getMessage(), malformed);
    }
  }
}
