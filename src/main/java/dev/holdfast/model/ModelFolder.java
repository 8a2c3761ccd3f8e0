package dev.holdfast.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Priors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A model version as a folder of files, immutable once written: {@code model.pb} (Tribuo, with
 * provenance; never parsed by the service), {@code booster.json}, {@code weights.json} or both and
 * {@code blend.json}, {@code calibration.json}, {@code priors.json}, {@code features.json}, {@code
 * metrics.json}, {@code card.md}, {@code report.html} and the signed {@code manifest.json}.
 */
public final class ModelFolder {

  private static final long LARGEST_FILE = 256L * 1024 * 1024;
  private static final int MOST_FILES = 32;

  private ModelFolder() {}

  /** The content of {@code priors.json}. */
  public static byte[] priorsJson(Priors priors) {
    return PriorsJson.write(priors);
  }

  /** The content of {@code features.json}. */
  public static byte[] featuresJson(FeatureSchema schema) {
    ObjectNode root = Json.object();
    root.put("schema", schema.version());
    ArrayNode list = root.putArray("features");
    for (Feature feature : schema.features()) {
      list.addObject()
          .put("name", feature.name())
          .put("unit", feature.unit())
          .put("family", feature.family())
          .put("direction", feature.direction().name().toLowerCase(Locale.ROOT))
          .put("words", feature.plainWords());
    }
    return Json.write(root);
  }

  /** The content of {@code weights.json}: log-odds = bias + sum weight (x - mean) / scale. */
  public static byte[] weightsJson(
      FeatureSchema schema, double bias, double[] mean, double[] scale, double[] weight) {
    ObjectNode root = Json.object();
    root.put("schema", schema.version());
    root.put("bias", bias);
    for (int i = 0; i < schema.size(); i++) {
      root.withArray("mean").add(mean[i]);
      root.withArray("scale").add(scale[i]);
      root.withArray("weight").add(weight[i]);
    }
    return Json.write(root);
  }

  /**
   * The content of {@code blend.json}: the log-odds are the weighted mean of those by {@code
   * weights.json} and by {@code booster.json}.
   *
   * @param linear weight of the linear model, 0 or more
   * @param booster weight of the trees, 0 or more; both add up to 1
   * @throws IllegalArgumentException if they are no such shares
   */
  public static byte[] blendJson(double linear, double booster) {
    if (!BlendEvaluator.areShares(linear, booster)) {
      throw new IllegalArgumentException(
          "the weights of a blend must be 0 or more and add up to 1, were "
              + linear
              + " and "
              + booster);
    }
    return Json.write(Json.object().put("linear", linear).put("booster", booster));
  }

  /** The files with their signed manifest. */
  public static Map<String, byte[]> sign(
      String version, Map<String, byte[]> files, ModelTrust trust) {
    Map<String, byte[]> signed = new HashMap<>(files);
    signed.put(Manifest.NAME, Manifest.write(version, files, trust));
    return Map.copyOf(signed);
  }

  /**
   * Checks that files are the ones that were signed; reads nothing else of them.
   *
   * @return the version
   * @throws BadModel if they are not signed by us, or one is missing, added or changed
   */
  public static String check(Map<String, byte[]> files, ModelTrust trust) {
    return Manifest.check(files, trust);
  }

  /**
   * Writes a version below {@code parent}, as a whole or not at all. The same version with the same
   * files is left as it is.
   *
   * @return the folder
   * @throws IllegalStateException if the version exists with other files
   */
  public static Path write(Path parent, String version, Map<String, byte[]> files) {
    Path folder = parent.resolve(Manifest.requireVersion(version));
    try {
      Files.createDirectories(parent);
      if (Files.exists(folder)) {
        return requireSame(folder, files);
      }
      Path part = Files.createTempDirectory(parent, ".part-");
      try {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
          Files.write(part.resolve(file.getKey()), file.getValue());
        }
        Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileAlreadyExistsException another) {
        return requireSame(folder, files);
      } finally {
        deleteIfLeft(part);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write model " + version + " below " + parent, e);
    }
  }

  private static Path requireSame(Path folder, Map<String, byte[]> files) {
    Map<String, byte[]> present = read(folder);
    boolean same =
        present.keySet().equals(files.keySet())
            && files.entrySet().stream()
                .allMatch(e -> Arrays.equals(e.getValue(), present.get(e.getKey())));
    if (!same) {
      throw new IllegalStateException(
          folder + " exists with other files; a model version is never changed");
    }
    return folder;
  }

  private static void deleteIfLeft(Path part) throws IOException {
    if (!Files.exists(part)) {
      return;
    }
    try (Stream<Path> left = Files.walk(part)) {
      for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /**
   * Reads the files of a version without believing them; links and folders are refused.
   *
   * @throws BadModel if there is anything but a few plain files of bounded size
   */
  public static Map<String, byte[]> read(Path folder) {
    try (Stream<Path> list = Files.list(folder)) {
      List<Path> paths = list.sorted().toList();
      if (paths.size() > MOST_FILES) {
        throw new BadModel(
            folder + " has " + paths.size() + " files; a model has at most " + MOST_FILES);
      }
      Map<String, byte[]> files = new HashMap<>();
      for (Path path : paths) {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
            || Files.size(path) > LARGEST_FILE) {
          throw new BadModel(path + " must be a plain file of at most " + LARGEST_FILE + " bytes");
        }
        files.put(path.getFileName().toString(), Files.readAllBytes(path));
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the model folder " + folder, e);
    }
  }
}
