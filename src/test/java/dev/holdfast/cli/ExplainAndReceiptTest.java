package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.customer.Customers;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.EventStore.CustomerEvent;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import dev.holdfast.scoring.Explanation;
import dev.holdfast.scoring.Explanation.Projection;
import dev.holdfast.scoring.Explanations;
import dev.holdfast.scoring.RiskJournal;
import dev.holdfast.scoring.Risks;
import dev.holdfast.scoring.Scorer;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

@QuarkusTest
class ExplainAndReceiptTest {

  private static final Instant START = Instant.parse("2026-05-04T08:00:00Z");
  private static final Instant NOW = START.plus(Duration.ofDays(40));

  @Inject DataSource database;
  @Inject Customers customers;
  @Inject EventStore events;
  @Inject Sources sources;
  @Inject CustomerStates states;
  @Inject Scorer scorer;
  @Inject RiskJournal journal;
  @Inject ModelRegistry models;
  @Inject BusinessClocks clocks;
  @Inject Explanations explanations;
  @Inject Risks risks;
  @Inject ObjectMapper json;
  @Inject CommandLine.IFactory beans;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final String customer = "mail:ann@" + run + ".example";
  private final String source = "shop-" + run;
  private final List<Event> history = new ArrayList<>();

  /** Use every third day until day 36; the use of day 33 was reported on day 37 only. */
  @BeforeEach
  void aCustomerWithAHistory() {
    TestModel.promote(models);
    clocks.fix(NOW);
    for (int day = 0; day <= 36; day += 3) {
      Instant at = START.plus(Duration.ofDays(day));
      history.add(use(day, at, day == 33 ? START.plus(Duration.ofDays(37)) : at));
    }
    sources.completeThrough(source, NOW);
    int sourceId = sources.idOf(source);
    QuarkusTransaction.requiringNew().run(() -> store(sourceId));
  }

  private void store(int sourceId) {
    long id = customers.resolve(List.of(customer), START).values().iterator().next();
    CustomerState state = Objects.requireNonNull(states.lock(List.of(id)).get(id));
    try (Connection connection = database.getConnection()) {
      events.append(
          connection,
          history.stream().map(event -> new CustomerEvent(id, event, sourceId)).toList());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    history.forEach(state.activity()::apply);
    state.usageReportedBy(sourceId);
    journal.record(List.of(scorer.session().score(state, NOW).orElseThrow()));
    states.save(List.of(state));
  }

  private Event use(int day, Instant at, Instant available) {
    return new Event(
        "use-" + day,
        source,
        customer,
        "login",
        EventKind.USAGE,
        at,
        available,
        false,
        1,
        null,
        null,
        "app",
        Map.of(),
        false);
  }

  private ActivityState replayed(Instant known) {
    ActivityState state = ActivityState.empty();
    for (Event event : history) {
      if (!event.occurredAt().isAfter(known) && !event.availableAt().isAfter(known)) {
        state.apply(event);
      }
    }
    return state;
  }

  @Test
  void nowItExplainsTheRiskThatTheServiceTells() {
    Explanation now = explanations.now(customer);

    assertThat(now.risk().risk()).isEqualTo(risks.of(customer).risk());
    assertThat(now.risk().reasons()).isEqualTo(risks.of(customer).reasons());
    assertThat(now.asOf()).isEqualTo(NOW);
    assertThat(explanations.at(customer, NOW).risk()).isEqualTo(now.risk());
    double sum =
        now.risk().bias()
            + now.risk().features().stream().mapToDouble(one -> one.contribution()).sum();
    assertThat(sum).isCloseTo(now.risk().logOdds(), within(1e-4));
  }

  @Test
  void atAPastInstantItKnowsWhatWasKnownThen() {
    ChurnModel model = models.champion().orElseThrow().model();
    for (int hours = 1; hours < 40 * 24; hours += 7) {
      Instant then = START.plus(Duration.ofHours(hours));

      assertThat(explanations.at(customer, then).risk().risk())
          .isEqualTo(model.risk(replayed(then), then));
    }
    // The use of day 33 had happened on day 34 and was not known; on day 37 it was.
    Instant day34 = START.plus(Duration.ofDays(34));
    assertThat(replayed(day34).lastUsageAt()).isEqualTo(START.plus(Duration.ofDays(30)));
    assertThat(explanations.at(customer, day34).basis()).isEqualTo(Explanation.Basis.AS_KNOWN_THEN);
  }

  @Test
  void silenceReachesEachLevelAtTheMinuteItSays() {
    Explanation now = explanations.now(customer);

    assertThat(now.ifSilent()).hasSizeGreaterThanOrEqualTo(2);
    for (Projection projection : now.ifSilent()) {
      Instant at = Objects.requireNonNull(projection.reachedAt());
      assertThat(projection.reached()).isFalse();
      assertThat(explanations.at(customer, at).risk().risk())
          .isGreaterThanOrEqualTo(projection.level());
      assertThat(explanations.at(customer, at.minusSeconds(60)).risk().risk())
          .isLessThan(projection.level());
    }
    Instant far = NOW.plus(Duration.ofDays(60));
    assertThat(explanations.at(customer, far).basis())
        .isEqualTo(Explanation.Basis.IF_SILENT_UNTIL_THEN);
    assertThat(explanations.at(customer, far).ifSilent()).allMatch(Projection::reached);
  }

  @Test
  void whatCannotBeExplainedSaysWhy() {
    assertThatThrownBy(() -> explanations.at(customer, START.minusSeconds(1)))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("its first event is of " + START);
    assertThatThrownBy(() -> explanations.now("crm:nobody-" + run))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("No customer is known as crm:nobody-" + run);
    assertThatThrownBy(() -> explanations.at("nobody", NOW))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("namespace:value");
  }

  private record Ran(int code, String out) {}

  private Ran run(String... arguments) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      int code = new CommandLine(HoldfastCommand.class, beans).execute(arguments);
      return new Ran(code, out.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }

  @Test
  void theCommandsPrintForReadersAndForMachines() throws Exception {
    Ran told = run("explain", customer, "--at", "2026-06-30T00:00Z");
    assertThat(told.code()).isZero();
    assertThat(told.out())
        .contains("if silent until then", "no use for", "idle-days-1", "is reached", "average");

    Ran document = run("explain", customer, "--json");
    JsonNode explanation = json.readTree(document.out());
    assertThat(explanation.path("basis").asText()).isEqualTo("now");
    assertThat(explanation.path("risk").path("features")).hasSize(FeatureSchema.current().size());

    Ran receipt = run("receipt", customer + "@" + NOW);
    assertThat(receipt.code()).isZero();
    assertThat(receipt.out())
        .contains("recomputed exactly: difference 0", customer, "idle-days-1", "sha-256");

    JsonNode asJson = json.readTree(run("receipt", customer + "@" + NOW, "--json").out());
    assertThat(asJson.path("exact").asBoolean()).isTrue();
    String id = asJson.path("id").asText();
    assertThat(json.readTree(run("receipt", id, "--json").out())).isEqualTo(asJson);

    falsify(id);
    Ran wrong = run("receipt", id);
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.out()).contains("NOT recomputed exactly");
  }

  private void falsify(String id) throws SQLException {
    try (Connection connection = database.getConnection();
        var update =
            connection.prepareStatement(
                "UPDATE risk_history SET risk = risk + 1e-15 WHERE id = " + id)) {
      update.executeUpdate();
    }
  }
}
