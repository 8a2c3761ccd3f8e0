package dev.holdfast.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.calendar.CalendarJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import ml.dmlc.xgboost4j.java.Booster;
import org.tribuo.Tribuo;

/**
 * The file {@code provenance.json} of a version: all that is needed to train it again, and what can
 * make a second time come out differently.
 *
 * @param experiment as it was read, with all its defaults
 * @param cutoff the model's
 * @param history digest of the events
 * @param events how many there were
 * @param customers how many there were
 * @param last when the last event became available
 * @param calendar by which silence and gaps were measured
 * @param months digest of the events of each month
 * @param rows digest of the training and test rows
 * @param surroundings libraries, Java and machine, by name
 */
record Provenance(
    Experiment experiment,
    Instant cutoff,
    String history,
    long events,
    long customers,
    Instant last,
    OperationalCalendar calendar,
    SortedMap<String, String> months,
    String rows,
    SortedMap<String, String> surroundings) {

  static final String FILE = "provenance.json";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .findAndRegisterModules()
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(SerializationFeature.INDENT_OUTPUT);

  /** Of a run on this machine. */
  static Provenance of(Experiment experiment, SnapshotSet set) {
    HistoryFacts history = set.history();
    return new Provenance(
        experiment,
        set.cutoff(),
        history.sha256(),
        history.events(),
        history.customers(),
        history.last(),
        set.calendar(),
        history.months(),
        digest(set.training(), set.test()),
        here());
  }

  /** The content of the file. */
  byte[] toJson() {
    ObjectNode root = JSON.createObjectNode();
    root.set("experiment", JSON.valueToTree(experiment));
    root.put("cutoff", cutoff.toString());
    root.put("seed", experiment.seed());
    ObjectNode of = root.putObject("history");
    of.put("sha256", history);
    of.put("events", events);
    of.put("customers", customers);
    of.put("last", last.toString());
    of.set("months", JSON.valueToTree(months));
    // Those that were made before there were calendars knew the plain one only.
    if (!calendar.isPlain()) {
      root.set("calendar", CalendarJson.write(calendar));
    }
    root.putObject("rows").put("sha256", rows);
    root.set("surroundings", JSON.valueToTree(surroundings));
    try {
      return JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("plain values can be written", impossible);
    }
  }

  /**
   * Reads the file.
   *
   * @param version named in messages
   * @throws IllegalStateException if it is not of a training run, or of another version of this
   *     program
   */
  static Provenance read(String version, byte[] json) {
    try {
      JsonNode root = JSON.readTree(json);
      if (!root.path("experiment").isObject()) {
        throw new IllegalStateException(
            "model " + version + " was not trained here but imported; it cannot be trained again");
      }
      SortedMap<String, String> surroundings = new TreeMap<>();
      root.path("surroundings")
          .properties()
          .forEach(e -> surroundings.put(e.getKey(), e.getValue().asText()));
      SortedMap<String, String> months = new TreeMap<>();
      JsonNode of = root.path("history");
      of.path("months").properties().forEach(e -> months.put(e.getKey(), e.getValue().asText()));
      return new Provenance(
          // YAML is a superset of JSON: one reader for both, and one set of rules.
          Experiment.parse(root.path("experiment").toString(), FILE + " of model " + version),
          Instant.parse(root.path("cutoff").asText()),
          of.path("sha256").asText(),
          of.path("events").asLong(),
          of.path("customers").asLong(),
          Instant.parse(of.path("last").asText()),
          root.has("calendar")
              ? CalendarJson.read(root.path("calendar"))
              : OperationalCalendar.plain(),
          months,
          root.path("rows").path("sha256").asText(),
          surroundings);
    } catch (IOException malformed) {
      throw new IllegalStateException(FILE + " of model " + version + " is not JSON", malformed);
    }
  }

  /** What a run depends on beside its input. */
  private static SortedMap<String, String> here() {
    SortedMap<String, String> here = new TreeMap<>();
    here.put(
        "holdfast",
        Objects.requireNonNullElse(
            Provenance.class.getPackage().getImplementationVersion(), "not packaged"));
    here.put("tribuo", Tribuo.VERSION);
    here.put("xgboost4j", xgboost());
    here.put("java", property("java.vm.vendor") + " " + property("java.vm.version"));
    here.put("os", property("os.name"));
    here.put("arch", property("os.arch"));
    here.put("threads", Integer.toString(MonotoneBoostingTrainer.THREADS));
    return here;
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }

  private static String xgboost() {
    try (InputStream in = Booster.class.getResourceAsStream("/xgboost4j-version.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException("the version of XGBoost cannot be read", e);
    }
  }

  private static String digest(Rows... all) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
    for (Rows rows : all) {
      int columns = rows.schema().size();
      float[] features = new float[columns];
      ByteBuffer line = ByteBuffer.allocate(Long.BYTES * 2 + 1 + Float.BYTES * (columns + 1));
      for (int i = 0; i < rows.size(); i++) {
        line.clear();
        line.putLong(rows.customer(i)).putLong(rows.cutoff(i).toEpochMilli());
        line.put((byte) (rows.churned(i) ? 1 : 0)).putFloat(rows.weight(i));
        rows.read(i, features);
        for (float value : features) {
          line.putFloat(value);
        }
        digest.update(line.array(), 0, line.position());
      }
      digest.update((byte) '\n');
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
