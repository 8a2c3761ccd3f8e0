package dev.holdfast.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.holdfast.activity.ChurnDefinition;
import dev.holdfast.activity.ChurnKind;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.calendar.CalendarJson;
import dev.holdfast.training.table.TableSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What to train and how, as a YAML file says it. Unknown fields are refused. A field that is left
 * out reaches the constructor as null and has the default that its record names.
 *
 * @param name start of the version's name, 1 to 30 of {@code a-z 0-9 -}
 * @param churn what is called churn; null for a table only, whose label says who churned
 * @param leadTime days needed to act, before the horizon starts; default 0
 * @param lateness how late events arrive at most; a label is complete only so long after its
 *     horizon; default 1 day
 * @param minimumHistoryDays a cut-off earlier than this after the first event is not used; default
 *     45
 * @param snapshots the cut-offs
 * @param features which features may be used; default all
 * @param logistic the sign-constrained logistic regression, null for none
 * @param boosting the monotone boosted trees, null for none
 * @param blend whether the weighted mean of the log-odds of all trainers and of BG/NBD is tried;
 *     default true
 * @param calibration {@code auto} for the best of all by cross-fitting, or one of none, platt,
 *     isotonic
 * @param gate what a version must show
 * @param seed of folds, bootstrap and boosting; default 1
 * @param data where the customers come from; null for the store
 * @param calendar by which silence and gaps are measured, as for {@code holdfast calendar set}, or
 *     with {@code weekdays: learned}; null for the calendar of the store
 */
public record Experiment(
    String name,
    Churn churn,
    Duration leadTime,
    Duration lateness,
    Integer minimumHistoryDays,
    Snapshots snapshots,
    Features features,
    @Nullable Logistic logistic,
    @Nullable Boosting boosting,
    Boolean blend,
    CalibrationKind calibration,
    Gate gate,
    Long seed,
    @Nullable Data data,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode calendar) {

  private static final int SPACING_DAYS = 30;
  private static final int SNAPSHOTS = 6;
  private static final double FADE = 0.5;
  private static final int BOOTSTRAP_ROUNDS = 400;
  private static final int MINIMUM_TEST_ROWS = 200;
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,29}");

  public Experiment {
    require(
        name != null && NAME.matcher(name).matches(),
        "name must have 1 to 30 of a-z 0-9 -, was " + name);
    boolean ofTable = data != null && data.table() != null;
    require(
        churn != null || ofTable,
        "churn is missing: give horizon, such as P30D or per-customer; or a table with its label"
            + " under data");
    require(
        churn == null || !ofTable,
        "a table says by its label who churned: leave churn out, or give events instead of it");
    require(
        !ofTable || snapshots == null || snapshots.equals(Snapshots.DEFAULT),
        "a table is one look at each customer: leave snapshots out, or give events instead of it");
    require(
        !ofTable || features == null || features.equals(Features.ALL),
        "the columns of a table are left out by data.table.ignore: leave features out");
    leadTime = leadTime == null ? Duration.ZERO : leadTime;
    lateness = lateness == null ? Duration.ofDays(1) : lateness;
    require(!leadTime.isNegative(), "leadTime must not be negative, was " + leadTime);
    require(!lateness.isNegative(), "lateness must not be negative, was " + lateness);
    minimumHistoryDays = minimumHistoryDays == null ? 45 : minimumHistoryDays;
    require(
        minimumHistoryDays >= 1, "minimumHistoryDays must be 1 or more, was " + minimumHistoryDays);
    snapshots = snapshots == null ? Snapshots.DEFAULT : snapshots;
    features = features == null ? Features.ALL : features;
    require(
        logistic != null || boosting != null,
        "there is no trainer: give logistic, boosting or both ({} for their defaults)");
    blend = blend == null || blend;
    calibration = calibration == null ? CalibrationKind.AUTO : calibration;
    gate = gate == null ? new Gate(BOOTSTRAP_ROUNDS, MINIMUM_TEST_ROWS) : gate;
    seed = seed == null ? 1L : seed;
    require(
        calendar == null || !ofTable,
        "a table has no silence to measure: leave calendar out, or give events instead of it");
    calendar = calendar == null || calendar.isNull() ? null : calendar;
    if (calendar != null) {
      Timing.check(calendar);
    }
  }

  /**
   * Where the customers come from, if not from the store: either of the two.
   *
   * @param files event histories
   * @param table one row a customer, with the outcome
   */
  public record Data(@Nullable List<File> files, @Nullable TableSource table) {
    public Data {
      files = files == null ? null : List.copyOf(files);
      require(
          (files == null) != (table == null),
          "data needs either files, a list of event files each with path and map, or table; leave"
              + " data out to train from the store");
      require(files == null || !files.isEmpty(), "data.files needs at least one file");
    }
  }

  /**
   * A file of events.
   *
   * @param path of the file, from the working directory
   * @param map what its columns mean: a YAML file, or the name of one in {@code training/maps}
   */
  public record File(String path, String map) {
    public File {
      require(path != null && map != null, "a file needs path and map");
    }
  }

  /**
   * What is called churn.
   *
   * @param kind {@code silence} (the default) or {@code contract-end}
   * @param horizon {@code per-customer} (three usual gaps, 14 to 90 days) or a whole number of days
   *     as {@code P30D}
   * @param maximumIdleDays a customer silent for longer has lapsed and is left out; 0 for no limit;
   *     default 180
   * @param minimumOccasions a customer with fewer days of use is not asked about; default 1
   * @param graceDays a contract renewed so many days after it ran out did not end; default 30
   */
  public record Churn(
      String kind,
      String horizon,
      Integer maximumIdleDays,
      Integer minimumOccasions,
      Integer graceDays) {
    public Churn {
      kind = kind == null ? ChurnKind.SILENCE.word() : ChurnKind.of(kind).word();
      graceDays = graceDays == null ? ChurnDefinition.USUAL_GRACE_DAYS : graceDays;
      require(horizon != null, "churn needs a horizon, such as P30D or per-customer");
      maximumIdleDays = maximumIdleDays == null ? 180 : maximumIdleDays;
      minimumOccasions = minimumOccasions == null ? 1 : minimumOccasions;
      int days = days(horizon);
      require(
          days > 0 || ChurnKind.of(kind) == ChurnKind.SILENCE,
          "contract-end needs a horizon in days, such as P90D");
    }

    private static int days(String horizon) {
      if (horizon.equals("per-customer")) {
        return 0;
      }
      int days;
      try {
        days = Math.toIntExact(Duration.parse(horizon).toDays());
      } catch (DateTimeException malformed) {
        throw new IllegalArgumentException(
            "horizon must be per-customer or days as P30D, was " + horizon, malformed);
      }
      require(days >= 1 && days <= 365, "horizon must be P1D to P365D, was " + horizon);
      return days;
    }
  }

  /**
   * When customers are looked at.
   *
   * @param cutoff the model's cut-off: it is tested on what followed and trained on what was
   *     complete before; default the latest that the history allows
   * @param spacingDays between training snapshots, 1 to 90; default 30
   * @param count most training snapshots of a customer, 1 to 24; default 6
   * @param spread true to move each customer's snapshots by 0 to spacing - 1 days, fixed by its id,
   *     so that all weekdays are seen; default false
   * @param fade a training snapshot weighs so much of the next younger one, for what was true of
   *     customers fades: in (0, 1], 1 for equal weights; default 0.5
   */
  public record Snapshots(
      @Nullable Instant cutoff, Integer spacingDays, Integer count, Boolean spread, Double fade) {
    private static final Snapshots DEFAULT =
        new Snapshots(null, SPACING_DAYS, SNAPSHOTS, false, FADE);

    public Snapshots {
      spacingDays = spacingDays == null ? SPACING_DAYS : spacingDays;
      require(
          spacingDays >= 1 && spacingDays <= 90, "spacingDays must be 1 to 90, was " + spacingDays);
      count = count == null ? SNAPSHOTS : count;
      require(count >= 1 && count <= 24, "count must be 1 to 24, was " + count);
      spread = spread != null && spread;
      fade = fade == null ? FADE : fade;
      require(fade > 0 && fade <= 1, "fade must be in (0, 1], was " + fade);
    }
  }

  /**
   * Which features may be used.
   *
   * @param families only features of these families; empty or absent for all
   * @param without features left out by name
   */
  public record Features(List<String> families, List<String> without) {

    private static final Features ALL = new Features(List.of(), List.of());

    public Features {
      families = families == null ? List.of() : List.copyOf(families);
      without = without == null ? List.of() : List.copyOf(without);
    }

    /** The names of the features to use, in the order of the schema. */
    List<String> of(FeatureSchema schema) {
      Set<String> known =
          schema.features().stream().map(Feature::family).collect(Collectors.toSet());
      for (String family : families) {
        require(
            known.contains(family),
            "there is no family " + family + " of features; there are " + new TreeSet<>(known));
      }
      without.forEach(schema::indexOf);
      List<String> names =
          schema.features().stream()
              .filter(f -> families.isEmpty() || families.contains(f.family()))
              .map(Feature::name)
              .filter(name -> !without.contains(name))
              .toList();
      require(!names.isEmpty(), "no feature is left; name more families or fewer exceptions");
      return names;
    }
  }

  /**
   * Sign-constrained logistic regression.
   *
   * @param c inverse strength of the ridge penalty on standardised features, positive; smaller is
   *     stronger; with a search the first trial; default 0.03, strong because overlapping windows
   *     of the same customers are far fewer observations than rows
   * @param search trials of strengths, each with all features and with the few that every history
   *     has; default 4 trials if {@code c} is not given, else none
   */
  public record Logistic(Double c, @Nullable Search search) {
    public Logistic {
      search = c == null && search == null ? new Search(4) : search;
      c = c == null ? 0.03 : c;
      require(c > 0, "c must be positive, was " + c);
    }
  }

  /**
   * Random search of settings by cross-fitted log-loss on the training rows. The settings of the
   * trainer are always the first trial.
   *
   * @param trials how many settings are tried, 2 to 200
   */
  public record Search(Integer trials) {
    public Search {
      require(
          trials != null && trials >= 2 && trials <= 200,
          "search needs trials, 2 to 200, was " + trials);
    }
  }

  /**
   * Monotone boosted trees.
   *
   * @param trees 1 to 2000; default 200
   * @param eta learning rate in (0, 1]; default 0.05
   * @param depth 1 to 10; default 3
   * @param minChildWeight 0 or more; default 30
   * @param lambda ridge on leaves, 0 or more; default 5
   * @param subsample share of rows per tree in (0, 1]; default 0.7
   * @param columns share of features per tree in (0, 1]; default 0.5
   * @param search bounded random search around these settings; none by default
   */
  public record Boosting(
      Integer trees,
      Double eta,
      Integer depth,
      Double minChildWeight,
      Double lambda,
      Double subsample,
      Double columns,
      @Nullable Search search) {
    public Boosting {
      trees = trees == null ? 200 : trees;
      eta = eta == null ? 0.05 : eta;
      depth = depth == null ? 3 : depth;
      minChildWeight = minChildWeight == null ? 30 : minChildWeight;
      lambda = lambda == null ? 5 : lambda;
      subsample = subsample == null ? 0.7 : subsample;
      columns = columns == null ? 0.5 : columns;
      require(trees >= 1 && trees <= 2000, "trees must be 1 to 2000, was " + trees);
      require(eta > 0 && eta <= 1, "eta must be in (0, 1], was " + eta);
      require(depth >= 1 && depth <= 10, "depth must be 1 to 10, was " + depth);
      require(minChildWeight >= 0, "minChildWeight must be 0 or more, was " + minChildWeight);
      require(lambda >= 0, "lambda must be 0 or more, was " + lambda);
      require(subsample > 0 && subsample <= 1, "subsample must be in (0, 1], was " + subsample);
      require(columns > 0 && columns <= 1, "columns must be in (0, 1], was " + columns);
    }

    /** The settings in words. */
    String words() {
      return String.format(
          Locale.ROOT,
          "%d trees, eta %.3g, depth %d, minimum child weight %.3g, lambda %.3g, rows %.2g,"
              + " columns %.2g",
          trees,
          eta,
          depth,
          minChildWeight,
          lambda,
          subsample,
          columns);
    }
  }

  /** Which calibration to use. */
  public enum CalibrationKind {
    /** The best of all by cross-fitted log-loss. */
    @JsonProperty("auto")
    AUTO,
    /** The model's own probabilities. */
    @JsonProperty("none")
    NONE,
    /** A straight line on the log-odds. */
    @JsonProperty("platt")
    PLATT,
    /** Steps joined by straight lines. */
    @JsonProperty("isotonic")
    ISOTONIC
  }

  /**
   * What a version must show to be promoted.
   *
   * @param bootstrapRounds of the intervals, 100 to 10,000; default 400
   * @param minimumTestRows fewer test rows prove nothing; default 200
   */
  public record Gate(Integer bootstrapRounds, Integer minimumTestRows) {
    public Gate {
      bootstrapRounds = bootstrapRounds == null ? BOOTSTRAP_ROUNDS : bootstrapRounds;
      minimumTestRows = minimumTestRows == null ? MINIMUM_TEST_ROWS : minimumTestRows;
      require(
          bootstrapRounds >= 100 && bootstrapRounds <= 10_000,
          "bootstrapRounds must be 100 to 10,000, was " + bootstrapRounds);
      require(minimumTestRows >= 20, "minimumTestRows must be 20 or more, was " + minimumTestRows);
    }
  }

  /**
   * Reads an experiment file.
   *
   * @throws IllegalArgumentException if it is not a valid experiment; the message names file and
   *     line
   * @throws UncheckedIOException if it cannot be read
   */
  public static Experiment read(Path file) {
    try {
      return parse(Files.readString(file), file.getFileName().toString());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the experiment " + file, e);
    }
  }

  /**
   * Reads an experiment.
   *
   * @param where named in messages
   * @throws IllegalArgumentException if it is not valid
   */
  public static Experiment parse(String yaml, String where) {
    ObjectMapper mapper =
        new ObjectMapper(new YAMLFactory())
            .registerModule(new JavaTimeModule())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
    try {
      Experiment experiment = mapper.readValue(yaml, Experiment.class);
      if (experiment == null) {
        throw new IllegalArgumentException(where + " is empty; an experiment needs a name");
      }
      return experiment;
    } catch (JsonProcessingException invalid) {
      JsonLocation at = invalid.getLocation();
      String line = at == null || at.getLineNr() < 1 ? "" : ", line " + at.getLineNr();
      String path =
          invalid instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()
              ? " ("
                  + mapping
                      .getPathReference()
                      .replaceAll("[^\\[]*\\[\"([^\"]*)\"\\]", ".$1")
                      .replaceAll("->", "")
                  + ")"
              : "";
      Throwable cause = invalid.getCause();
      String message =
          cause instanceof IllegalArgumentException
              ? cause.getMessage()
              : invalid.getOriginalMessage();
      throw new IllegalArgumentException(where + line + path + ": " + message, invalid);
    }
  }

  /**
   * What is called churn, as the service knows it.
   *
   * @throws IllegalArgumentException if the label of a table says it
   */
  ChurnDefinition churnDefinition() {
    require(
        table() == null,
        "the experiment "
            + name
            + " learns from a table, whose label says who churned, not from"
            + " the histories of customers");
    return ChurnKind.of(churn.kind()) == ChurnKind.CONTRACT_END
        ? ChurnDefinition.contractEnd(Churn.days(churn.horizon()), churn.graceDays())
        : ChurnDefinition.silence(
            Churn.days(churn.horizon()), churn.maximumIdleDays(), churn.minimumOccasions());
  }

  /**
   * The same experiment at another cut-off.
   *
   * @param cutoff null for the latest that the history allows
   */
  public Experiment at(@Nullable Instant cutoff) {
    return new Experiment(
        name,
        churn,
        leadTime,
        lateness,
        minimumHistoryDays,
        new Snapshots(
            cutoff,
            snapshots.spacingDays(),
            snapshots.count(),
            snapshots.spread(),
            snapshots.fade()),
        features,
        logistic,
        boosting,
        blend,
        calibration,
        gate,
        seed,
        data,
        calendar);
  }

  /** The same experiment on a calendar. */
  Experiment on(OperationalCalendar calendar) {
    return new Experiment(
        name,
        churn,
        leadTime,
        lateness,
        minimumHistoryDays,
        snapshots,
        features,
        logistic,
        boosting,
        blend,
        calibration,
        gate,
        seed,
        data,
        CalendarJson.write(calendar));
  }

  /** The table to learn from, or null if histories are. */
  public @Nullable TableSource table() {
    return data == null ? null : data.table();
  }

  /**
   * The same experiment on the table in another file.
   *
   * @throws IllegalArgumentException if it does not learn from a table
   */
  public Experiment onTable(Path file) {
    TableSource table = table();
    if (table == null) {
      throw new IllegalArgumentException("the experiment " + name + " does not learn from a table");
    }
    return new Experiment(
        name,
        churn,
        leadTime,
        lateness,
        minimumHistoryDays,
        snapshots,
        features,
        logistic,
        boosting,
        blend,
        calibration,
        gate,
        seed,
        new Data(null, table.in(file.toString())),
        null);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
