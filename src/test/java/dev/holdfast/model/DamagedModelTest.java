package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Priors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to the files of a version, it is refused with a message and never half read. */
class DamagedModelTest {

  private static final int PLACES = 200;
  private static final long SEED = 17;

  @TempDir Path keys;
  @TempDir Path otherKeys;
  @TempDir Path folder;

  private ModelTrust trust;
  private Map<String, byte[]> signed;

  @BeforeEach
  void aGoodModel() {
    trust = ModelTrust.in(keys);
    signed = ModelFolder.sign("damaged-1", files(FeatureSchema.current().version()), trust);
    assertThat(ChurnModel.load(signed, trust).version()).isEqualTo("damaged-1");
  }

  private static Map<String, byte[]> files(int schemaVersion) {
    FeatureSchema schema = FeatureSchema.of(schemaVersion, FeatureSchema.current().features());
    double[] zeros = new double[schema.size()];
    double[] ones = new double[schema.size()];
    Arrays.fill(ones, 1);
    Map<String, byte[]> files = new TreeMap<>();
    files.put("weights.json", ModelFolder.weightsJson(schema, -1, zeros, ones, zeros));
    files.put("priors.json", ModelFolder.priorsJson(Priors.standard()));
    files.put("features.json", ModelFolder.featuresJson(schema));
    files.put("calibration.json", Calibrator.none().toJson());
    files.put("card.md", "# damaged-1\n".getBytes(StandardCharsets.UTF_8));
    return files;
  }

  @Test
  void aBitFlippedAnywhereIsSeen() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (String name : new TreeMap<>(signed).keySet()) {
      for (int i = 0; i < PLACES; i++) {
        Map<String, byte[]> damaged = copy();
        byte[] content = content(damaged, name);
        int place = random.nextInt(content.length);
        int bit = random.nextInt(8);
        content[place] ^= (byte) (1 << bit);

        assertRefused(damaged, "bit " + bit + " of byte " + place + " in " + name);
      }
    }
  }

  @Test
  void aFileCutShortOrEmptiedIsSeen() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (String name : new TreeMap<>(signed).keySet()) {
      for (int i = 0; i < 20; i++) {
        Map<String, byte[]> damaged = copy();
        byte[] content = content(damaged, name);
        int length = i == 0 ? 0 : random.nextInt(content.length);
        damaged.put(name, Arrays.copyOf(content, length));

        assertRefused(damaged, name + " cut to " + length + " bytes");
      }
    }
  }

  @Test
  void aMissingOrAnAddedFileIsSeen() {
    for (String name : signed.keySet()) {
      Map<String, byte[]> damaged = copy();
      damaged.remove(name);
      assertRefused(damaged, "without " + name);
    }
    for (String name : new String[] {"extra.json", "../extra.json", "a/b", ""}) {
      Map<String, byte[]> damaged = copy();
      damaged.put(name, new byte[] {1});
      assertRefused(damaged, "with \"" + name + "\"");
    }
  }

  @Test
  void aNameThatLeavesTheFolderIsRefusedThoughSigned() {
    for (String name : new String[] {"../weights.json", "/etc/passwd", "a/b", "A", ".hidden"}) {
      Map<String, byte[]> files = files(FeatureSchema.current().version());
      files.put(name, new byte[] {1});
      assertRefused(ModelFolder.sign("damaged-2", files, trust), "signed with \"" + name + "\"");
    }
    for (String version : new String[] {"../x", "a..b", "A", "", "x/y"}) {
      assertThatThrownBy(() -> ModelFolder.sign(version, files(1), trust))
          .isInstanceOf(BadModel.class);
      assertThatThrownBy(() -> ModelFolder.write(folder, version, signed))
          .isInstanceOf(BadModel.class);
    }
  }

  @Test
  void unsignedOrSignedBySomebodyElseIsRefused() {
    ObjectNode manifest = (ObjectNode) Json.read(Manifest.NAME, content(signed, Manifest.NAME));
    manifest.remove("signature");
    Map<String, byte[]> unsigned = copy();
    unsigned.put(Manifest.NAME, Json.write(manifest));
    assertThatThrownBy(() -> ChurnModel.load(unsigned, trust))
        .isInstanceOf(BadModel.class)
        .hasMessageContaining("not signed by a key this service trusts");

    manifest.put("signature", Base64.getEncoder().encodeToString(new byte[64]));
    unsigned.put(Manifest.NAME, Json.write(manifest));
    assertRefused(unsigned, "a signature of zeros");

    Map<String, byte[]> resigned =
        ModelFolder.sign(
            "damaged-1", files(FeatureSchema.current().version()), ModelTrust.in(otherKeys));
    assertThatThrownBy(() -> ChurnModel.load(resigned, trust))
        .isInstanceOf(BadModel.class)
        .hasMessageContaining("install the public key of its origin");
  }

  @Test
  void aModelOfAnotherFeatureSchemaIsRefusedWithTheRemedy() {
    Map<String, byte[]> other =
        ModelFolder.sign("damaged-3", files(FeatureSchema.current().version() + 1), trust);

    assertThatThrownBy(() -> ChurnModel.load(other, trust))
        .isInstanceOf(BadModel.class)
        .hasMessageContaining("retrain the model");
  }

  @Test
  void aLinkInTheFolderIsNotFollowed() throws IOException {
    Path version = ModelFolder.write(folder, "damaged-1", signed);
    Path outside = Files.writeString(folder.resolve("outside.json"), "{}");
    Files.delete(version.resolve("weights.json"));
    Files.createSymbolicLink(version.resolve("weights.json"), outside);

    assertThatThrownBy(() -> ModelFolder.read(version))
        .isInstanceOf(BadModel.class)
        .hasMessageContaining("must be a plain file");
  }

  private static byte[] content(Map<String, byte[]> files, String name) {
    return Objects.requireNonNull(files.get(name));
  }

  private Map<String, byte[]> copy() {
    Map<String, byte[]> copy = new HashMap<>();
    signed.forEach((name, content) -> copy.put(name, content.clone()));
    return copy;
  }

  private void assertRefused(Map<String, byte[]> files, String how) {
    assertThatThrownBy(() -> ChurnModel.load(files, trust))
        .as("seed %d: %s", SEED, how)
        .isInstanceOf(BadModel.class)
        .hasMessageMatching("(?s).{10,}");
  }
}
