package dev.holdfast.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.holdfast.activity.Direction;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.model.BadModel;
import dev.holdfast.model.Calibrator;
import dev.holdfast.model.Evaluator;
import dev.holdfast.model.ModelFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * A booster that was trained elsewhere, as the unsigned files of a version. It keeps the rules of
 * every version (the directions of our features, no native code when it serves) and agrees with the
 * golden rows that came with it.
 *
 * @param version made of its name and its content
 * @param files to be signed
 * @param goldenRows how many were compared
 * @param difference largest to what was expected, as log-odds or probability
 */
record ImportedModel(String version, Map<String, byte[]> files, int goldenRows, double difference) {

  private static final double LARGEST_DIFFERENCE = 1e-5;
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,29}");
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** What the registry keeps as the word of the gate: passed by nobody yet. */
  static final String GATE =
      "{\"passed\":false,\"leakage\":false,\"rules\":[{\"name\":\"measured on this history\","
          + "\"holds\":false,\"figures\":\"imported and not measured here: holdfast compare puts it"
          + " beside a version that was trained here\"}]}";

  /**
   * Who brought it.
   *
   * @param actor who
   * @param at when
   * @param priorsFrom the version whose population tables it serves with
   */
  record Bringer(String actor, Instant at, String priorsFrom) {}

  /**
   * Converts and checks.
   *
   * @param file an XGBoost model of objective {@code binary:logistic}, JSON or UBJSON, with feature
   *     names of our schema
   * @param name start of the version's name, 1 to 30 of {@code a-z 0-9 -}
   * @param priors content of {@code priors.json}
   * @param golden CSV with a column for each feature of the booster, and {@code margin} or {@code
   *     probability} as the booster gives it
   * @throws IllegalArgumentException if the model, a name, a direction or a golden row is wrong
   */
  static ImportedModel of(
      Path file, String name, byte[] priors, Calibrator calibrator, Path golden, Bringer bringer) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("the name must have 1 to 30 of a-z 0-9 -, was " + name);
    }
    FeatureSchema schema = FeatureSchema.current();
    byte[] booster = converted(file);
    List<String> features = features(file, booster, schema);
    Map<String, byte[]> files = new HashMap<>();
    files.put("booster.json", booster);
    Evaluator evaluator = evaluator(file, files, features, schema);
    Golden checked = Golden.check(golden, features, schema, evaluator);

    files.put("priors.json", priors);
    files.put("calibration.json", calibrator.toJson());
    files.put("features.json", ModelFolder.featuresJson(schema));
    String version = name + "-imported-" + TrainingRun.contentHash(files);
    files.put(Provenance.FILE, provenance(file, golden, bringer));
    files.put("metrics.json", metrics(version));
    files.put("card.md", card(version, file, bringer, checked));
    return new ImportedModel(version, Map.copyOf(files), checked.rows(), checked.difference());
  }

  /** The booster as JSON, by XGBoost itself, whatever form it came in. */
  private static byte[] converted(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (!name.endsWith(".json") && !name.endsWith(".ubj")) {
      throw new IllegalArgumentException(
          file + " must end in .json or .ubj, the two forms in which XGBoost saves a model");
    }
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("there is no file " + file);
    }
    try {
      Booster booster = XGBoost.loadModel(file.toAbsolutePath().toString());
      try {
        return booster.toByteArray("json");
      } finally {
        booster.dispose();
      }
    } catch (XGBoostError unreadable) {
      throw new IllegalArgumentException(
          file
              + " is not a model that XGBoost can read; save it with save_model under a name that"
              + " ends in .json or .ubj",
          unreadable);
    }
  }

  private static List<String> features(Path file, byte[] booster, FeatureSchema schema) {
    JsonNode learner;
    try {
      learner = JSON.readTree(booster).path("learner");
    } catch (IOException impossible) {
      throw new IllegalStateException("XGBoost writes JSON", impossible);
    }
    JsonNode trees = learner.path("gradient_booster");
    if (!trees.path("name").asText().equals("gbtree")) {
      throw new IllegalArgumentException(
          file + ": the booster must be gbtree, was " + trees.path("name").asText());
    }
    for (JsonNode tree : trees.path("model").path("trees")) {
      if (!tree.path("categories").isEmpty()) {
        throw new IllegalArgumentException(
            file + " splits by categories; our features are numbers, train it on them as such");
      }
    }
    List<String> features = new ArrayList<>();
    learner.path("feature_names").forEach(name -> features.add(name.asText()));
    if (features.isEmpty()) {
      throw new IllegalArgumentException(
          file
              + " has no feature names; train it on data whose columns are named as ours (holdfast"
              + " snapshots export writes them)");
    }
    List<String> unknown = features.stream().filter(name -> !schema.has(name)).toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          file
              + " uses "
              + String.join(", ", unknown)
              + ", which feature schema "
              + schema.version()
              + " does not have; holdfast snapshots export writes the features that it has");
    }
    return features;
  }

  private static Evaluator evaluator(
      Path file, Map<String, byte[]> files, List<String> features, FeatureSchema schema) {
    try {
      return Evaluator.of(files, schema);
    } catch (BadModel refused) {
      StringJoiner constraints = new StringJoiner(",", "(", ")");
      for (String name : features) {
        Direction direction = schema.features().get(schema.indexOf(name)).direction();
        constraints.add(
            direction == Direction.RISING ? "1" : direction == Direction.FALLING ? "-1" : "0");
      }
      throw new IllegalArgumentException(
          file
              + " cannot serve: "
              + refused.getMessage()
              + ". The risk of a silent customer must not fall: train with monotone_constraints="
              + constraints
              + " in the order of its features",
          refused);
    }
  }

  private record Golden(int rows, double difference) {

    static Golden check(
        Path file, List<String> features, FeatureSchema schema, Evaluator evaluator) {
      int rows = 0;
      double largest = 0;
      try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(file)) {
        for (NamedCsvRecord record : csv) {
          if (rows == 0) {
            requireColumns(file, features, record);
          }
          float[] row = new float[schema.size()];
          for (String name : features) {
            String cell = record.getField(name).strip();
            row[schema.indexOf(name)] =
                cell.isEmpty() ? Float.NaN : (float) number(file, record, name);
          }
          boolean asMargin = record.getHeader().contains("margin");
          double margin = evaluator.margin(row);
          double ours = asMargin ? margin : 1 / (1 + Math.exp(-margin));
          double expected = number(file, record, asMargin ? "margin" : "probability");
          double difference = Math.abs(ours - expected);
          if (!(difference <= LARGEST_DIFFERENCE)) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT,
                    "%s, line %d: expected %s %s but the model gives %s; the largest difference"
                        + " allowed is %.0e: are these rows, and all trees of the model, as they"
                        + " were saved?",
                    file,
                    record.getStartingLineNumber(),
                    asMargin ? "margin" : "probability",
                    expected,
                    ours,
                    LARGEST_DIFFERENCE));
          }
          largest = Math.max(largest, difference);
          rows++;
        }
      } catch (CsvParseException malformed) {
        throw new IllegalArgumentException(
            file + " is not a CSV file: " + malformed.getMessage(), malformed);
      } catch (IOException e) {
        throw new UncheckedIOException("the golden rows " + file + " cannot be read", e);
      }
      if (rows == 0) {
        throw new IllegalArgumentException(
            file + " has no golden row; give at least one with features and expected margin");
      }
      return new Golden(rows, largest);
    }

    private static void requireColumns(Path file, List<String> features, NamedCsvRecord record) {
      List<String> missing =
          features.stream().filter(name -> !record.getHeader().contains(name)).toList();
      if (!missing.isEmpty()) {
        throw new IllegalArgumentException(
            file + ", line 1: the columns " + String.join(", ", missing) + " are missing");
      }
      if (!record.getHeader().contains("margin") && !record.getHeader().contains("probability")) {
        throw new IllegalArgumentException(
            file + ", line 1: a column margin or probability must say what is expected");
      }
    }

    private static double number(Path file, NamedCsvRecord record, String column) {
      String cell = record.getField(column).strip();
      try {
        return Double.parseDouble(cell);
      } catch (NumberFormatException malformed) {
        throw new IllegalArgumentException(
            file
                + ", line "
                + record.getStartingLineNumber()
                + ": "
                + column
                + " must be a number, was \""
                + cell
                + "\"",
            malformed);
      }
    }
  }

  private static byte[] provenance(Path file, Path golden, Bringer bringer) {
    ObjectNode root = JSON.createObjectNode();
    root.putObject("imported")
        .put("file", String.valueOf(file.getFileName()))
        .put("sha256", sha256(file))
        .put("golden", sha256(golden))
        .put("by", bringer.actor())
        .put("at", bringer.at().toString())
        .put("priorsFrom", bringer.priorsFrom());
    return json(root);
  }

  private static byte[] metrics(String version) {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", version);
    root.put("trainer", "imported booster");
    try {
      root.set("gate", JSON.readTree(GATE));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("the constant is JSON", impossible);
    }
    return json(root);
  }

  private static byte[] card(String version, Path file, Bringer bringer, Golden golden) {
    return String.format(
            Locale.ROOT,
            "# %s%n%nA booster that was trained elsewhere and imported from %s by %s at %s.%n%n"
                + "- population tables and horizon of %s%n"
                + "- %d golden rows agree to %.1e%n"
                + "- keeps the directions of all features%n%n"
                + "Gate: not measured here. Compare it with a version that was trained here before"
                + " it serves.%n",
            version,
            file.getFileName(),
            bringer.actor(),
            bringer.at(),
            bringer.priorsFrom(),
            golden.rows(),
            golden.difference())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] json(JsonNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("plain values can be written", impossible);
    }
  }

  private static String sha256(Path file) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }
}
