package dev.holdfast.campaign;

import static dev.holdfast.customer.CustomerRecords.Absent.KEPT;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.access.Roles;
import dev.holdfast.campaign.DeskTables.Person;
import dev.holdfast.customer.CustomerChange;
import dev.holdfast.customer.CustomerChange.ConsentGiven;
import dev.holdfast.customer.CustomerRecords;
import dev.holdfast.platform.BusinessClocks;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The policy, do-not-contact and outcomes over HTTP, on a real database. */
@QuarkusTest
@TestSecurity(
    user = "lena",
    roles = {Roles.AGENT, Roles.RETENTION_LEAD, Roles.SERVICE})
class ContactPolicyApiTest {

  /** A Wednesday, 16:00 in Shanghai. */
  private static final Instant NOW = Instant.parse("2026-03-11T08:00:00Z");

  private static final ConsentGiven CALL_ME = new ConsentGiven("phone", "retention", true);
  private static final ConsentGiven CALL_NEVER = new ConsentGiven("*", "*", false);

  @Inject DataSource database;
  @Inject CustomerRecords records;
  @Inject BusinessClocks clocks;
  @Inject ContactPolicies policies;

  private DeskTables tables;
  private long campaign;

  @BeforeEach
  void aCampaignRuns() {
    clocks.fix(NOW);
    tables = new DeskTables(database);
    campaign = tables.campaign("policy-" + UUID.randomUUID(), NOW);
  }

  /** Every test of the run lives under the policy in force. */
  @AfterEach
  void thePolicyIsTheOneThatShips() {
    policies.set(ContactPolicy.initial(), null, "test");
  }

  @Test
  void thePolicyIsReplacedByItsVersion() {
    String tag = given().get("/api/v1/contact-policy").header("ETag");
    ObjectNode document = ContactPolicy.initial().write().deepCopy();
    document.put("owner", "head of retention");
    document.put("defaultZone", "Europe/Berlin");

    put(document, null).then().statusCode(428);
    String next =
        put(document, tag)
            .then()
            .statusCode(200)
            .body("owner", equalTo("head of retention"))
            .body("setBy", equalTo("lena"))
            .extract()
            .header("ETag");
    assertThat(next).isNotEqualTo(tag);
    put(document, tag).then().statusCode(412);
    document.put("defaultZone", "Europe/Atlantis");
    put(document, next)
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("detail", containsString("IANA zone"));
    given()
        .get("/api/v1/contact-policy")
        .then()
        .header("ETag", next)
        .body("defaultZone", equalTo("Europe/Berlin"));
  }

  @Test
  void everyRuleIsExplained() {
    Person person = tables.person(NOW);

    contactability(person)
        .body("allowed", equalTo(true))
        .body("rules", hasSize(PolicyRule.values().length))
        .body("rules.verdict.unique()", contains("allows"));

    clocks.fix(Instant.parse("2026-03-11T15:00:00Z")); // 23:00 there
    contactability(person)
        .body("allowed", equalTo(false))
        .body("opensAt", equalTo("2026-03-12T00:00:00Z"))
        .body("rules.findAll { it.verdict == 'blocks' }.rule", contains("hours"));
    given().get("/api/v1/customers/desk:nobody/contactability").then().statusCode(404);
  }

  @Test
  void aFlagOfTheProfileForbidsUnlessItSaysNo() throws SQLException {
    Person person = tables.person(NOW);
    for (String no : List.of("false", "0", "\"no\"")) {
      tables.change(profile(person, "{\"vulnerable\": " + no + "}"));
      contactability(person).body("allowed", equalTo(true));
    }
    for (String yes : List.of("true", "1", "\"hearing\"")) {
      tables.change(profile(person, "{\"vulnerable\": " + yes + "}"));
      contactability(person)
          .body("rules.findAll { it.verdict == 'blocks' }.rule", contains("profile"));
    }
  }

  private static String profile(Person person, String json) {
    return "UPDATE customer SET profile = '" + json + "' WHERE id = " + person.customerId();
  }

  @Test
  void aNumberThatIsNotToBeCalledIsNotCalledWhoeverHasIt() throws SQLException {
    Person person = tables.person(NOW);
    long task = tables.task(campaign, person, 0.8, NOW);
    assertThat(listed(task)).isTrue();

    String national = "0" + person.phone().substring(3);
    int entry =
        given()
            .contentType(ContentType.JSON)
            .body(Map.of("number", national, "origin", "a letter"))
            .post("/api/v1/do-not-contact")
            .then()
            .statusCode(201)
            .extract()
            .path("id");

    assertThat(listed(task)).isFalse();
    contactability(person)
        .body("rules.findAll { it.verdict == 'blocks' }.rule", contains("do-not-contact"));
    given()
        .get("/api/v1/do-not-contact")
        .then()
        .body("find { it.id == " + entry + " }.customer", nullValue())
        .body("find { it.id == " + entry + " }.numberEnd", notNullValue());

    given()
        .contentType(ContentType.JSON)
        .body(Map.of("reason", "the letter was somebody else's"))
        .post("/api/v1/do-not-contact/{id}:lift", entry)
        .then()
        .statusCode(204);
    assertThat(listed(task)).isTrue();
  }

  @Test
  void afterAWishIsLiftedTheSameConsentIsGivenAnewWithItsOwnDate() {
    Person person = tables.person(NOW);
    int entry =
        given()
            .contentType(ContentType.JSON)
            .body(Map.of("customer", person.name(), "origin", "a letter"))
            .post("/api/v1/do-not-contact")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    say(person, CALL_ME);
    lift(entry);
    contactability(person)
        .body("rules.findAll { it.verdict == 'blocks' }.rule", contains("consent"));

    Instant anew = NOW.plusSeconds(3_600);
    clocks.fix(anew);
    say(person, CALL_ME);

    contactability(person).body("allowed", equalTo(true));
    clocks.fix(NOW.plusSeconds(7_200));
    say(person, CALL_ME);
    assertThat(records.read(person.name()).view().consent())
        .filteredOn(statement -> statement.granted())
        .singleElement()
        .satisfies(
            statement -> {
              assertThat(statement.since()).as("not that of the one before").isEqualTo(anew);
              assertThat(statement.origin()).isEqualTo("crm");
            });
  }

  @Test
  void aRefusalIsHeardAgainAfterAConsentAndAStaleConsentIsNot() {
    Person person = tables.person(NOW);
    for (int times = 0; times < 2; times++) {
      say(person, CALL_NEVER, CALL_ME);
      contactability(person).body("allowed", equalTo(true));
    }
    assertThat(records.change(person.name(), change(CALL_NEVER, CALL_ME), KEPT, null, "crm"))
        .as("the same change twice changes nothing")
        .extracting(CustomerRecords.Changed::statements)
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .isEmpty();

    say(person, CALL_NEVER);
    contactability(person)
        .body("rules.findAll { it.verdict == 'blocks' }.rule", contains("consent"));
    say(person, CALL_ME);
    contactability(person)
        .body("rules.findAll { it.verdict == 'blocks' }.rule", contains("consent"));
  }

  private void say(Person person, ConsentGiven... statements) {
    records.change(person.name(), change(statements), KEPT, null, "crm");
  }

  private static CustomerChange change(ConsentGiven... statements) {
    return new CustomerChange(null, null, null, null, List.of(statements), null);
  }

  private static void lift(int entry) {
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("reason", "changed their mind"))
        .post("/api/v1/do-not-contact/{id}:lift", entry)
        .then()
        .statusCode(204);
  }

  @Test
  void nobodyAnsweredWaitsAndTheThirdTimeIsTheLast() {
    Person person = tables.person(NOW);
    long task = tables.task(campaign, person, 0.8, NOW);

    report(task, Map.of("disposition", "no-answer")).body("taskState", equalTo("pending"));
    assertThat(listed(task)).as("four hours later is 20:00, still today").isTrue();
    clocks.fix(NOW.plusSeconds(4 * 3_600));
    report(task, Map.of("disposition", "busy")).body("taskState", equalTo("pending"));
    assertThat(listed(task)).as("a day later is not today").isFalse();
    clocks.fix(NOW.plusSeconds(28 * 3_600));
    report(task, Map.of("disposition", "no-answer")).body("taskState", equalTo("done"));
    contactability(person)
        .body("rules.findAll { it.verdict == 'blocks' }.rule", contains("cap", "retry"));
  }

  @Test
  void aCorrectionSupersedesAndChangesWhatFollows() throws SQLException {
    Person person = tables.person(NOW);
    long task = tables.task(campaign, person, 0.8, NOW);
    int wrong =
        report(task, Map.of("disposition", "refused", "reason", "price"))
            .body("taskState", equalTo("done"))
            .extract()
            .path("id");
    contactability(person)
        .body("rules.findAll { it.verdict == 'blocks' }.rule", contains("cool-down"));

    Map<String, Object> right =
        Map.of("disposition", "call-back", "callBackAt", NOW.plusSeconds(3_600).toString());
    correct(task, wrong, right).statusCode(201).body("taskState", equalTo("pending"));
    correct(task, wrong, right).statusCode(409);

    contactability(person)
        .body("opensAt", equalTo(NOW.plusSeconds(3_600).toString()))
        .body("rules.findAll { it.verdict == 'blocks' }.rule", contains("retry"));
    given()
        .get("/api/v1/call-tasks/{id}/outcomes", task)
        .then()
        .body("disposition", contains("refused", "call-back"))
        .body("supersedes", contains(nullValue(), equalTo(wrong)));
    assertThat(tables.number("SELECT COUNT(*) FROM contact_attempt WHERE call_task_id = " + task))
        .as("one call was made, however often it is reported")
        .isEqualTo(1);
  }

  @Test
  void aWrongNumberIsNotCalledAgain() {
    Person person = tables.person(NOW);
    long task = tables.task(campaign, person, 0.8, NOW);

    report(task, Map.of("disposition", "wrong-number")).body("taskState", equalTo("done"));

    contactability(person).body("rules[0].verdict", equalTo("blocks"));
  }

  private static Response put(ObjectNode document, @Nullable String tag) {
    var request = given().contentType(ContentType.JSON).body(document.toString());
    return (tag == null ? request : request.header("If-Match", tag)).put("/api/v1/contact-policy");
  }

  private static ValidatableResponse contactability(Person person) {
    return given()
        .get("/api/v1/customers/{name}/contactability", person.name())
        .then()
        .statusCode(200);
  }

  private static ValidatableResponse report(long task, Map<String, Object> outcome) {
    return given()
        .contentType(ContentType.JSON)
        .body(outcome)
        .post("/api/v1/call-tasks/{id}/outcomes", task)
        .then()
        .statusCode(201);
  }

  private static ValidatableResponse correct(long task, int outcome, Map<String, Object> right) {
    return given()
        .contentType(ContentType.JSON)
        .body(right)
        .post("/api/v1/call-tasks/{id}/outcomes/{outcome}:correct", task, outcome)
        .then();
  }

  private boolean listed(long task) {
    List<Integer> tasks =
        given()
            .get("/api/v1/campaigns/{id}/call-list", campaign)
            .then()
            .extract()
            .path("calls.taskId");
    return tasks.contains((int) task);
  }
}
