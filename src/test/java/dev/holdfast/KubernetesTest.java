package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Renders what a cluster would get, and checks every policy for every workload in it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KubernetesTest {

  private static final List<String> FOLDERS = List.of("k8s/base", "k8s/overlays/example");
  private static final List<List<String>> RENDERERS =
      List.of(List.of("kubectl", "kustomize"), List.of("kustomize", "build"));
  private static final Set<String> WORKLOADS =
      Set.of("Deployment", "CronJob", "Job", "StatefulSet", "DaemonSet", "Pod");
  private static final Set<String> SECRET_NAMES = Set.of("PASSWORD", "SECRET", "TOKEN", "KEY");

  private final List<Rendered> rendered = new ArrayList<>();

  private record Rendered(String folder, List<JsonNode> objects) {

    Stream<JsonNode> ofKind(String kind) {
      return objects.stream().filter(each -> each.path("kind").asText().equals(kind));
    }

    @Override
    public String toString() {
      return folder;
    }
  }

  private record Workload(String name, String kind, JsonNode pod, JsonNode labels) {

    JsonNode container() {
      assertThat(pod.path("containers")).hasSize(1);
      return pod.path("containers").path(0);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeAll
  void render() throws IOException, InterruptedException {
    for (String folder : FOLDERS) {
      rendered.add(new Rendered(folder, parse(renderedText(folder))));
    }
  }

  List<Rendered> rendered() {
    return rendered;
  }

  List<Workload> workloads() {
    return rendered.stream()
        .flatMap(
            each ->
                each.objects().stream()
                    .filter(object -> WORKLOADS.contains(object.path("kind").asText()))
                    .map(object -> workload(each.folder(), object)))
        .toList();
  }

  private static Workload workload(String folder, JsonNode object) {
    String kind = object.path("kind").asText();
    JsonNode spec = object.path("spec");
    JsonNode template =
        kind.equals("CronJob")
            ? spec.path("jobTemplate").path("spec").path("template")
            : spec.path("template");
    return new Workload(
        folder + " " + kind + " " + object.path("metadata").path("name").asText(),
        kind,
        template.path("spec"),
        template.path("metadata").path("labels"));
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void podsRunAsNobodyWithTheDefaultSystemCallsOnly(Workload workload) {
    JsonNode context = workload.pod().path("securityContext");

    assertThat(context.path("runAsNonRoot").asBoolean()).isTrue();
    assertThat(context.path("runAsUser").asInt()).isEqualTo(10001);
    assertThat(context.path("runAsGroup").asInt()).isEqualTo(10001);
    assertThat(context.path("seccompProfile").path("type").asText()).isEqualTo("RuntimeDefault");
    for (String shared : List.of("hostNetwork", "hostPID", "hostIPC")) {
      assertThat(workload.pod().has(shared)).as(shared).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void containersCannotGainRightsNorWriteToTheirImage(Workload workload) {
    JsonNode context = workload.container().path("securityContext");

    assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(context.path("privileged").asBoolean()).isFalse();
    assertThat(texts(context.path("capabilities").path("drop"))).containsExactly("ALL");
    assertThat(context.path("capabilities").has("add")).isFalse();
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void onlyScratchFoldersCanBeWrittenTo(Workload workload) {
    Map<String, JsonNode> volumes = new HashMap<>();
    workload.pod().path("volumes").forEach(each -> volumes.put(each.path("name").asText(), each));

    assertThat(workload.container().path("volumeMounts"))
        .isNotEmpty()
        .allSatisfy(
            mount -> {
              JsonNode volume = volumes.getOrDefault(mount.path("name").asText(), mount);
              if (mount.path("readOnly").asBoolean()) {
                assertThat(volume.has("secret")).isTrue();
              } else {
                assertThat(mount.path("mountPath").asText()).isIn("/tmp", "/var/lib/holdfast");
                assertThat(volume.path("emptyDir").path("sizeLimit").asText()).isNotEmpty();
              }
            });
  }

  @ParameterizedTest
  @MethodSource("rendered")
  void theServiceHoldsNoKeyThatSignsModels(Rendered where) {
    JsonNode deployment = where.ofKind("Deployment").findFirst().orElseThrow();
    JsonNode pod = deployment.path("spec").path("template").path("spec");

    assertThat(pod.path("volumes"))
        .filteredOn(volume -> volume.has("secret"))
        .hasSize(1)
        .allSatisfy(
            volume ->
                assertThat(texts(volume.path("secret").path("items"), "key"))
                    .containsExactly("model-signing.pub"));
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void noTokenOfTheClusterIsMounted(Workload workload) {
    assertThat(workload.pod().path("automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(workload.pod().path("serviceAccountName").asText()).isEqualTo("holdfast");
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void memoryIsReservedInFull(Workload workload) {
    JsonNode resources = workload.container().path("resources");

    assertThat(resources.path("limits").path("memory").asText())
        .isNotEmpty()
        .isEqualTo(resources.path("requests").path("memory").asText());
    assertThat(resources.path("requests").path("cpu").asText()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void secretsComeByReferenceOnly(Workload workload) {
    assertThat(workload.container().path("envFrom"))
        .anySatisfy(
            source ->
                assertThat(source.path("secretRef").path("name").asText()).isEqualTo("holdfast"));
    assertThat(workload.container().path("env"))
        .allSatisfy(variable -> assertThat(variable.has("value")).isFalse());
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void imagesAreNamedByAVersion(Workload workload) {
    assertThat(workload.container().path("image").asText())
        .matches("(.+/)?holdfast:\\d+\\.\\d+\\.\\d+");
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void theDefaultDenyPolicyCoversThePod(Workload workload) {
    Rendered where =
        rendered.stream()
            .filter(each -> workload.name().startsWith(each.folder() + " "))
            .findFirst()
            .orElseThrow();

    assertThat(where.ofKind("NetworkPolicy"))
        .anySatisfy(
            policy -> {
              JsonNode spec = policy.path("spec");
              assertThat(texts(spec.path("policyTypes")))
                  .containsExactlyInAnyOrder("Ingress", "Egress");
              assertThat(spec.has("ingress")).isFalse();
              assertThat(spec.has("egress")).isFalse();
              assertThat(selects(spec.path("podSelector"), workload.labels())).isTrue();
            });
  }

  @ParameterizedTest
  @MethodSource("rendered")
  void noPolicyOpensToEverybody(Rendered where) {
    assertThat(where.ofKind("NetworkPolicy"))
        .allSatisfy(
            policy -> {
              for (JsonNode rule : policy.path("spec").path("ingress")) {
                assertThat(rule.path("from")).isNotEmpty();
                assertThat(rule.path("ports")).isNotEmpty();
              }
              for (JsonNode rule : policy.path("spec").path("egress")) {
                assertThat(rule.path("to")).isNotEmpty();
                assertThat(rule.path("ports")).isNotEmpty();
              }
            });
  }

  @ParameterizedTest
  @MethodSource("rendered")
  void theServiceIsProbedSpreadAndKeptUp(Rendered where) {
    JsonNode deployment = where.ofKind("Deployment").findFirst().orElseThrow();
    JsonNode pod = deployment.path("spec").path("template").path("spec");
    JsonNode container = pod.path("containers").path(0);

    assertThat(deployment.path("spec").path("replicas").asInt()).isBetween(2, 12);
    assertThat(probe(container, "livenessProbe")).isEqualTo("/q/health/live");
    assertThat(probe(container, "readinessProbe")).isEqualTo("/q/health/ready");
    assertThat(probe(container, "startupProbe")).isEqualTo("/q/health/started");
    assertThat(pod.path("topologySpreadConstraints")).isNotEmpty();
    JsonNode labels = deployment.path("spec").path("template").path("metadata").path("labels");
    assertThat(where.ofKind("PodDisruptionBudget"))
        .anySatisfy(
            budget -> {
              assertThat(budget.path("spec").path("minAvailable").asInt()).isEqualTo(1);
              assertThat(selects(budget.path("spec").path("selector"), labels)).isTrue();
            });
    assertThat(where.ofKind("Service"))
        .anySatisfy(
            service -> assertThat(matches(service.path("spec").path("selector"), labels)).isTrue());
  }

  @ParameterizedTest
  @MethodSource("rendered")
  void retrainingIsWeeklyAndOnAlarmNeverOverlapsAndNeverPromotes(Rendered where) {
    List<JsonNode> jobs = where.ofKind("CronJob").toList();

    assertThat(jobs)
        .extracting(job -> job.path("metadata").path("name").asText())
        .containsExactlyInAnyOrder("holdfast-training", "holdfast-retraining-on-alarm");
    for (JsonNode job : jobs) {
      JsonNode spec = job.path("spec");
      JsonNode pod = spec.path("jobTemplate").path("spec").path("template").path("spec");
      List<String> args = texts(pod.path("containers").path(0).path("args"));
      boolean onAlarm = job.path("metadata").path("name").asText().endsWith("on-alarm");
      assertThat(spec.path("concurrencyPolicy").asText()).isEqualTo("Forbid");
      assertThat(args).startsWith("retrain", "$(HOLDFAST_EXPERIMENT)").doesNotContain("--promote");
      assertThat(args.contains("--if-requested")).isEqualTo(onAlarm);
      assertThat(spec.path("schedule").asText())
          .matches("\\S+ \\S+ \\* \\* " + (onAlarm ? "\\*" : "1"));
    }
  }

  @ParameterizedTest
  @MethodSource("rendered")
  void theSettingsHoldTheAddressesAndNoSecret(Rendered where) {
    assertThat(where.ofKind("Secret")).isEmpty();
    assertThat(where.ofKind("ConfigMap"))
        .isNotEmpty()
        .allSatisfy(
            map -> {
              List<String> names = new ArrayList<>();
              map.path("data").fieldNames().forEachRemaining(names::add);
              assertThat(names)
                  .contains(
                      "HOLDFAST_DB_URL", "HOLDFAST_DB_USER", "HOLDFAST_KAFKA", "HOLDFAST_HOME")
                  .noneMatch(name -> SECRET_NAMES.stream().anyMatch(name::endsWith));
            });
  }

  private static String probe(JsonNode container, String name) {
    return container.path(name).path("httpGet").path("path").asText();
  }

  /** Whether a label selector, which must not be empty, selects these labels. */
  private static boolean selects(JsonNode selector, JsonNode labels) {
    return matches(selector.path("matchLabels"), labels);
  }

  private static boolean matches(JsonNode wanted, JsonNode labels) {
    if (wanted.isEmpty()) {
      return false;
    }
    for (var each : wanted.properties()) {
      if (!each.getValue().equals(labels.path(each.getKey()))) {
        return false;
      }
    }
    return true;
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static List<String> texts(JsonNode array, String field) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(each -> each.path(field).asText())
        .toList();
  }

  private static List<JsonNode> parse(String yaml) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    YAMLFactory factory = YAMLFactory.builder().build();
    return mapper
        .readerFor(JsonNode.class)
        .<JsonNode>readValues(factory.createParser(yaml))
        .readAll();
  }

  private static String renderedText(String folder) throws IOException, InterruptedException {
    for (List<String> renderer : RENDERERS) {
      List<String> command = new ArrayList<>(renderer);
      command.add(folder);
      Path errors = Path.of("target", "kustomize-errors.txt");
      Process process;
      try {
        process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      } catch (IOException notInstalled) {
        continue;
      }
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
      assertThat(process.exitValue()).as("exit code of %s, see %s", command, errors).isZero();
      return text;
    }
    return abort("neither kubectl nor kustomize is installed: k8s/ is not checked here");
  }
}
