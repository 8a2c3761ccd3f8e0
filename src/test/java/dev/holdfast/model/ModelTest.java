package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Direction;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.Priors;
import dev.holdfast.activity.RandomHistory;
import dev.holdfast.event.Event;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTest {

  private static final FeatureSchema SCHEMA = FeatureSchema.current();

  @TempDir Path folder;

  private Map<String, byte[]> files(double size) {
    double[] mean = new double[SCHEMA.size()];
    double[] scale = new double[SCHEMA.size()];
    double[] weight = new double[SCHEMA.size()];
    Arrays.fill(scale, 2);
    for (int i = 0; i < weight.length; i++) {
      Direction direction = SCHEMA.features().get(i).direction();
      weight[i] = direction == Direction.RISING ? size : direction == Direction.FALLING ? -size : 0;
    }
    Map<String, byte[]> files = new HashMap<>();
    files.put("weights.json", ModelFolder.weightsJson(SCHEMA, -1, mean, scale, weight));
    files.put("priors.json", ModelFolder.priorsJson(Priors.standard()));
    files.put("features.json", ModelFolder.featuresJson(SCHEMA));
    files.put("calibration.json", Calibrator.platt(0.9, 0.1).toJson());
    files.put("model.pb", new byte[] {1, 2, 3});
    return files;
  }

  private ModelTrust trust() {
    return ModelTrust.in(folder.resolve("keys"));
  }

  @Test
  void whatWasSignedAndWrittenIsReadBackAsTheSameModel() {
    Map<String, byte[]> signed = ModelFolder.sign("demo-1", files(0.1), trust());

    Path written = ModelFolder.write(folder, "demo-1", signed);
    ChurnModel model = ChurnModel.load(ModelFolder.read(written), trust());

    assertThat(model.version()).isEqualTo("demo-1");
    assertThat(model.priors()).isEqualTo(Priors.standard());
    assertThat(ModelFolder.write(folder, "demo-1", signed)).isEqualTo(written);
    assertThatThrownBy(
            () ->
                ModelFolder.write(
                    folder, "demo-1", ModelFolder.sign("demo-1", files(0.2), trust())))
        .hasMessageContaining("never changed");
  }

  @Test
  void theKeyIsForItsOwnerOnly() throws Exception {
    trust();

    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("keys/model-signing.key"))))
        .isEqualTo("rw-------");
  }

  @Test
  void aChangedMissingAddedOrForeignFileIsRefused() {
    ModelTrust trust = trust();
    Map<String, byte[]> good = ModelFolder.sign("demo-1", files(0.1), trust);
    Random random = new Random(5);
    for (int i = 0; i < 200; i++) {
      Map<String, byte[]> bad = new HashMap<>(good);
      List<String> names = good.keySet().stream().sorted().toList();
      String name = names.get(random.nextInt(names.size()));
      byte[] content = Objects.requireNonNull(good.get(name)).clone();
      switch (i % 4) {
        case 0 -> content[random.nextInt(content.length)] ^= (byte) (1 << random.nextInt(8));
        case 1 -> content = Arrays.copyOf(content, random.nextInt(content.length));
        case 2 -> content = new byte[0];
        default -> bad.put("extra.txt", new byte[] {1});
      }
      bad.put(name, content);
      if (bad.size() == good.size() && i % 4 == 0 && name.equals("manifest.json")) {
        // A flipped bit in white space or in the case of a letter may leave the meaning as it was.
        continue;
      }
      assertThatThrownBy(() -> ChurnModel.load(bad, trust)).isInstanceOf(BadModel.class);
    }
    ModelTrust stranger = ModelTrust.in(folder.resolve("other"));
    assertThatThrownBy(() -> ChurnModel.load(good, stranger))
        .isInstanceOf(BadModel.class)
        .hasMessageContaining("trusts");
  }

  @Test
  void weightsAgainstADirectionAreRefusedEvenIfSigned() {
    Map<String, byte[]> signed = ModelFolder.sign("demo-1", files(-0.1), trust());

    assertThatThrownBy(() -> ChurnModel.load(signed, trust()))
        .isInstanceOf(BadModel.class)
        .hasMessageContaining("against its direction");
  }

  @Test
  void versionsCannotLeaveTheirFolder() {
    for (String version : List.of("../x", "a/b", "", "A", "a..b")) {
      assertThatThrownBy(() -> ModelFolder.sign(version, files(0.1), trust()))
          .isInstanceOf(BadModel.class);
    }
  }

  @Test
  void calibratorsNeverFallAndStayWithinZeroAndOne() {
    Random random = new Random(6);
    for (Calibrator calibrator :
        List.of(
            Calibrator.none(),
            Calibrator.platt(0.3, 2),
            Calibrator.isotonic(new double[] {-2, -0.5, 1}, new double[] {0, 0.4, 1}))) {
      Calibrator read = Calibrator.read(calibrator.toJson());
      double before = 0;
      double margin = -60;
      while (margin < 60) {
        double p = calibrator.probability(margin);
        assertThat(p).isGreaterThanOrEqualTo(before).isStrictlyBetween(0.0, 1.0);
        assertThat(read.probability(margin)).isEqualTo(p);
        before = p;
        margin += random.nextDouble() / 10;
      }
    }
    assertThatThrownBy(() -> Calibrator.platt(-1, 0)).hasMessageContaining("positive");
  }

  @Test
  void reasonsRaiseTheRiskAndSpeakOfTheCustomer() {
    ChurnModel model = ChurnModel.load(ModelFolder.sign("demo-1", files(0.1), trust()), trust());
    List<Event> daily = new ArrayList<>();
    for (int day = 0; day < 60; day++) {
      daily.add(RandomHistory.use("d" + day, RandomHistory.START.plus(Duration.ofDays(3L * day))));
    }
    ActivityState state = RandomHistory.state(daily);
    Instant t = state.lastOccurredAt().plus(Duration.ofDays(12));

    List<Reason> reasons = model.reasons(state, t, 3);

    assertThat(reasons).isNotEmpty().hasSizeLessThanOrEqualTo(3);
    assertThat(reasons).allMatch(r -> r.contribution() > 0);
    assertThat(reasons.get(0).family()).isEqualTo("silence");
    assertThat(reasons.get(0).words()).isEqualTo("no use for 12 days; usually every 3 days");
  }

  @Test
  void contributionsOfALinearModelSumToItsMargin() {
    ChurnModel model = ChurnModel.load(ModelFolder.sign("demo-1", files(0.1), trust()), trust());
    for (long seed = 0; seed < 100; seed++) {
      ActivityState state = RandomHistory.state(RandomHistory.of(seed));
      float[] x = Features.of(state, state.lastOccurredAt(), model.priors());

      assertThat(Arrays.stream(model.contributions(x)).sum())
          .isCloseTo(model.margin(x), within(1e-9));
      for (Reason reason : model.reasons(state, state.lastOccurredAt().plusSeconds(9), 9)) {
        Feature feature = SCHEMA.features().get(SCHEMA.indexOf(reason.feature()));
        assertThat(reason.words()).as(feature.name()).isNotBlank().doesNotContain("NaN");
      }
    }
  }

  @Test
  void aBoosterThatIsNoBoosterIsRefused() {
    for (String json : List.of("", "{}", "[1]", "{\"learner\":{\"objective\":{\"name\":\"x\"}}}")) {
      assertThatThrownBy(
              () ->
                  Evaluator.of(
                      Map.of("booster.json", json.getBytes(StandardCharsets.UTF_8)), SCHEMA))
          .isInstanceOf(BadModel.class);
    }
  }
}
