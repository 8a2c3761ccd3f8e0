package dev.holdfast.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the production image leaves out, and as whom it runs. */
class ContainerImageIT {

  private static final Path DOCKERFILE = Path.of("src/main/docker/Dockerfile");
  private static final Path EMBEDDED_ONLY = Path.of("src/main/docker/embedded-only.txt");
  private static final Path JARS = Path.of("target/quarkus-app/lib/main");

  @Test
  void theKafkaClientAndTheDatabaseDriverStay() throws IOException {
    List<Path> needed =
        List.of(
            Path.of("org.apache.kafka.kafka-clients-4.1.1.jar"),
            Path.of("org.mariadb.jdbc.mariadb-java-client-3.5.6.jar"),
            Path.of("io.quarkus.quarkus-kafka-client-3.30.6.jar"),
            Path.of("ml.dmlc.xgboost4j_2.12-3.0.4.jar"));

    for (String pattern : patterns()) {
      assertThat(needed).as(pattern).noneMatch(matcher(pattern)::matches);
    }
  }

  @Test
  void everyPatternMatchesAJarOfTheBuild() throws IOException {
    List<Path> jars;
    try (Stream<Path> files = Files.list(JARS)) {
      jars = files.map(Path::getFileName).toList();
    }

    List<String> patterns = patterns();
    for (String pattern : patterns) {
      assertThat(jars).as(pattern).anyMatch(matcher(pattern)::matches);
    }
    List<String> left =
        jars.stream()
            .filter(jar -> patterns.stream().noneMatch(each -> matcher(each).matches(jar)))
            .map(Path::toString)
            .toList();
    assertThat(left)
        .as("no part of the embedded database or broker is left")
        .noneMatch(jar -> jar.startsWith("ch.vorburger"))
        .filteredOn(jar -> jar.startsWith("org.apache.kafka."))
        .allMatch(jar -> jar.startsWith("org.apache.kafka.kafka-clients-"));
  }

  @Test
  void theImageRunsAsNobodyFromAPinnedBase() throws IOException {
    List<String> lines = Files.readAllLines(DOCKERFILE);

    assertThat(lines).contains("USER 10001:10001");
    assertThat(lines).anyMatch(line -> line.matches("ARG JAVA=\\S+:\\d\\S*"));
    assertThat(lines)
        .filteredOn(line -> line.startsWith("FROM "))
        .allMatch(line -> line.startsWith("FROM ${JAVA}"));
  }

  private static List<String> patterns() throws IOException {
    return Files.readAllLines(EMBEDDED_ONLY).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }

  private static PathMatcher matcher(String pattern) {
    return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
  }
}
