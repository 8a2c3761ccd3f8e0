package dev.holdfast.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged service from its first start to its stop, and commands beside it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServiceIT {

  private static final Duration COMMAND_WITHIN = Duration.ofSeconds(60);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private Installation installation;
  private Installation.Service service;

  @BeforeAll
  void startOnAnEmptyFolder() throws IOException {
    installation = Installation.empty("service");
    service = installation.serve();
    System.out.println("first start " + service.startTook().toMillis() + " ms");
  }

  @AfterAll
  void endAll() {
    installation.close();
  }

  @Test
  void isReadyAndKnowsNoStrangers() throws Exception {
    assertThat(get("/q/health/ready").statusCode()).isEqualTo(200);
    assertThat(installation.folder().resolve("home/keys/model-signing.pub"))
        .as("keys lie in the data folder")
        .exists();

    HttpResponse<String> anonymous = get("/api/v1/campaigns");

    assertThat(anonymous.statusCode()).isEqualTo(401);
    assertThat(anonymous.headers().firstValue("content-type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
    assertThat(anonymous.body()).contains("\"status\":401");
  }

  @Test
  void leavesNothingBehindWhenStoppedAndStartsAgainOnTheSameFolder() throws Exception {
    assertThat(installation.databaseServers()).hasSize(1);

    Installation.Ended ended = service.running().stop(STOP_WITHIN);

    List<ProcessHandle> left = installation.databaseServers();
    // Started again before anything is judged: the other tests need it.
    service = installation.serve();

    assertThat(ended.exit()).as("exit code after SIGTERM").isIn(0, 143);
    assertThat(left).isEmpty();
    assertThat(ended.err()).doesNotContain("\tat ").doesNotContain("ERROR");
    System.out.println(
        "stop "
            + ended.took().toMillis()
            + " ms, second start "
            + service.startTook().toMillis()
            + " ms");
    assertThat(get("/q/health/ready").statusCode()).isEqualTo(200);
    assertThat(service.running().stderr())
        .as("users are created once")
        .doesNotContain("First start");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          import missing.csv --map missing.yaml  | 2 | missing.yaml
          import missing.csv                     | 2 | Missing --map
          import customers missing.csv --map x   | 2 | there is no map "x"
          promote v-none                         | 1 | There is no model v-none
          train missing.yaml                     | 2 | missing.yaml cannot be read
          list spring                            | 1 | There is no campaign "spring"
          campaign start missing.yaml            | 2 | missing.yaml cannot be read
          sources complete shop 2025-01-01T00:00Z | 2 | there is no source "shop"
          serve --port 0                         | 1 | is in use by `holdfast serve` (process
          fly                                    | 2 | Unmatched argument
          """)
  void aCommandThatFailsSaysWhyInOneLine(String command, int exit, String why) throws Exception {
    Installation.Ended ended = installation.run(COMMAND_WITHIN, command.split(" "));

    assertThat(ended.err().lines())
        .singleElement()
        .satisfies(line -> assertThat(line).startsWith("holdfast: ").contains(why));
    assertThat(ended.out()).isEmpty();
    assertThat(ended.exit()).isEqualTo(exit);
  }

  @Test
  void aMissingFileOfEventsIsNamed() throws Exception {
    var map = OrderLines.writeMap(installation.folder(), "shop-of-no-file");

    Installation.Ended ended =
        installation.run(COMMAND_WITHIN, "import", "missing.csv", "--map", map.toString());

    assertThat(ended.err()).isEqualTo("holdfast: there is no file missing.csv; check the path\n");
    assertThat(ended.exit()).isEqualTo(2);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(service.address() + path))
            .timeout(Duration.ofSeconds(10))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
