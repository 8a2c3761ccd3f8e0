package dev.holdfast.customer;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.holdfast.access.Roles;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestSecurity(user = "crm", roles = Roles.SERVICE)
class CustomersTest {

  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

  @Inject Customers customers;
  @Inject CustomerRecords records;
  @Inject DataSource database;

  private Map<String, Long> resolve(List<String> names) {
    return QuarkusTransaction.requiringNew().call(() -> customers.resolve(names, NOW));
  }

  private long count(String select) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(select)) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void transactionsThatMeetTheSameNewNamesAgree() throws Exception {
    String namespace = "race-" + UUID.randomUUID().toString().substring(0, 8);
    List<String> names = IntStream.range(0, 600).mapToObj(i -> namespace + ":" + i).toList();
    int threads = 4;
    CyclicBarrier barrier = new CyclicBarrier(threads);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Map<String, Long>>> all = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        List<String> shuffled = new ArrayList<>(names);
        Collections.shuffle(shuffled, new Random(thread));
        Callable<Map<String, Long>> task =
            () -> {
              barrier.await();
              return resolve(shuffled);
            };
        all.add(executor.submit(task));
      }
      Map<String, Long> first = all.get(0).get();
      for (Future<Map<String, Long>> other : all) {
        assertThat(other.get()).isEqualTo(first);
      }
      assertThat(new HashSet<>(first.values())).hasSize(600);
      assertThat(customers.partiesOf(first.values())).hasSize(600);
      assertThat(new HashSet<>(customers.partiesOf(first.values()).values())).hasSize(600);
      assertThat(customers.namesOf(first.values()))
          .containsEntry(first.get(namespace + ":17"), namespace + ":17");
    } finally {
      executor.shutdown();
    }
    assertThat(
            count(
                "SELECT COUNT(*) FROM customer c LEFT JOIN customer_identifier i"
                    + " ON i.customer_id = c.id WHERE i.customer_id IS NULL"))
        .as("customers without a name")
        .isZero();
  }

  @Test
  void aRolledBackCustomerIsNotRemembered() {
    String name = "gone:" + UUID.randomUUID();
    assertThatThrownBy(
            () ->
                QuarkusTransaction.requiringNew()
                    .run(
                        () -> {
                          customers.resolve(List.of(name), NOW);
                          customers.resolve(List.of(name), NOW);
                          throw new IllegalStateException("on purpose");
                        }))
        .hasMessageContaining("on purpose");
    assertThat(customers.find(name, NOW)).isEmpty();
    long id = Objects.requireNonNull(resolve(List.of(name, name)).get(name));
    assertThat(customers.find(name, NOW)).contains(id);
    assertThat(customers.partiesOf(List.of(id))).containsOnlyKeys(id);
  }

  @Test
  void aRecycledNumberMeansWhoHeldItAtTheTimeEvenWithinABatch() {
    String number = UUID.randomUUID().toString();
    String name = "phone:" + number;
    Instant before = NOW.minusSeconds(86_400);
    Instant after = NOW.plusSeconds(86_400);
    long first = Objects.requireNonNull(resolve(List.of(name)).get(name));
    json(Map.of(
            "identifiers",
            List.of(Map.of("namespace", "phone", "value", number, "validFrom", NOW.toString()))))
        .put("/api/v1/customers/{name}", "crm:" + number)
        .then()
        .statusCode(201);

    Map<Customers.Mention, Long> both = mention(Map.of(name, List.of(before, after)));

    assertThat(both.get(new Customers.Mention(name, before))).isEqualTo(first);
    assertThat(both.get(new Customers.Mention(name, after)))
        .isNotEqualTo(first)
        .isEqualTo(customers.find("crm:" + number, after).orElseThrow());
  }

  @Test
  void twoGapsOfAnUnknownPastAreTwoCustomersAndOneGapIsOne() {
    String number = UUID.randomUUID().toString();
    String name = "phone:" + number;
    Instant from = NOW.minusSeconds(86_400);
    json(Map.of(
            "identifiers",
            List.of(
                Map.of(
                    "namespace",
                    "phone",
                    "value",
                    number,
                    "validFrom",
                    from.toString(),
                    "validTo",
                    NOW.toString()))))
        .put("/api/v1/customers/{name}", "crm:" + number)
        .then()
        .statusCode(201);

    Map<Customers.Mention, Long> all =
        mention(Map.of(name, List.of(from.minusSeconds(2), from.minusSeconds(1), from, NOW)));

    assertThat(new HashSet<>(all.values())).hasSize(3);
    assertThat(all.get(new Customers.Mention(name, from.minusSeconds(2))))
        .isEqualTo(all.get(new Customers.Mention(name, from.minusSeconds(1))));
    assertThat(customers.find(name, NOW))
        .contains(Objects.requireNonNull(all.get(new Customers.Mention(name, NOW))));
  }

  @Test
  void whatTheTablesCannotKeepIsRefusedAndNotAnError() {
    String large =
        IntStream.range(0, 100)
            .mapToObj(i -> "\"field" + i + "\":\"" + "\u738B".repeat(1_000) + "\"")
            .collect(Collectors.joining(",", "{\"profile\":{", "}}"));
    String late = "+12000-01-01T00:00:00Z";
    List<String> bodies =
        List.of(
            large,
            "{'profile':{'name':'\\ud800'}}",
            "{'profile':{'\\ud800':'x'}}",
            "{'contactPoints':[{'channel':'email','value':'\\ud800'}]}",
            "{'consent':[{'channel':'*','purpose':'\\ud800','granted':true}]}",
            "{'consent':[{'channel':'*','purpose':'a\\nb','granted':true}]}",
            "{'identifiers':[{'namespace':'n','value':'1','validFrom':'" + late + "'}]}",
            "{'identifiers':[{'namespace':'n','value':'1','validTo':'" + late + "'}]}");
    for (String body : bodies) {
      json(body.replace('\'', '"'))
          .put("/api/v1/customers/{name}", "crm:" + UUID.randomUUID())
          .then()
          .statusCode(400)
          .contentType("application/problem+json");
    }
  }

  private Map<Customers.Mention, Long> mention(Map<String, List<Instant>> uses) {
    List<Customers.Mention> mentions = new ArrayList<>();
    uses.forEach((name, at) -> at.forEach(one -> mentions.add(new Customers.Mention(name, one))));
    return QuarkusTransaction.requiringNew().call(() -> customers.resolve(mentions));
  }

  @Test
  void aMalformedNameIsRefused() {
    for (String name :
        List.of("", "7", ":7", "crm:", "crm: 7", "c m:7", "crm:" + "x".repeat(161))) {
      assertThatThrownBy(() -> resolve(List.of(name)))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static RequestSpecification json(Object body) {
    return given().contentType(ContentType.JSON).body(body);
  }

  @Test
  void aCustomerIsCreatedReadChangedAndReachable() {
    String name = "crm:" + UUID.randomUUID();
    Map<String, Object> body =
        Map.of(
            "zone", "Asia/Shanghai",
            "profile", Map.of("name", "王小明", "plan", "gold", "age", 41),
            "contactPoints", List.of(Map.of("channel", "phone", "value", "+86 138 0013 8000")),
            "consent",
                List.of(Map.of("channel", "phone", "purpose", "retention", "granted", true)));
    Response created = json(body).put("/api/v1/customers/" + name);
    created
        .then()
        .statusCode(201)
        .body("zone", equalTo("Asia/Shanghai"))
        .body("profile.name", equalTo("王小明"))
        .body("contactPoints[0].value", equalTo("+86 138 0013 8000"))
        .body("consent[0].origin", equalTo("crm"));
    String tag = created.header("ETag");
    Response again = json(body).put("/api/v1/customers/" + name);
    again.then().statusCode(200).body("consent", hasSize(1));
    assertThat(again.header("ETag")).isEqualTo(tag);

    long customer = customers.find(name, Instant.now()).orElseThrow();
    long party = Objects.requireNonNull(customers.partiesOf(List.of(customer)).get(customer));
    assertThat(customers.contactCards(List.of(party)))
        .containsEntry(
            party,
            new ContactCard(
                party,
                "Asia/Shanghai",
                List.of("+86 138 0013 8000"),
                ContactCard.Consent.GRANTED,
                Set.of(),
                "王小明",
                Set.of()));

    Map<String, Object> refused =
        Map.of(
            "consent", List.of(Map.of("channel", "*", "purpose", "retention", "granted", false)));
    Response changed = json(refused).header("If-Match", tag).put("/api/v1/customers/" + name);
    changed
        .then()
        .statusCode(200)
        .body("zone", nullValue())
        .body("contactPoints", hasSize(0))
        .body("consent", hasSize(2));
    assertThat(changed.header("ETag")).isNotEqualTo(tag);
    json(refused).header("If-Match", tag).put("/api/v1/customers/" + name).then().statusCode(412);
    assertThat(customers.contactCards(List.of(party)).values())
        .extracting(ContactCard::consent)
        .containsExactly(ContactCard.Consent.REFUSED);
  }

  @Test
  @TestSecurity(user = "reader", roles = Roles.VIEWER)
  void aViewerSeesOnlyTheEndOfANumber() {
    String name = "crm:" + UUID.randomUUID();
    QuarkusTransaction.requiringNew()
        .run(
            () ->
                records.change(
                    name,
                    new CustomerChange(
                        null,
                        null,
                        null,
                        List.of(new CustomerChange.ContactPointGiven("phone", "13800138000")),
                        null,
                        null),
                    CustomerRecords.Absent.KEPT,
                    null,
                    "test"));
    given()
        .get("/api/v1/customers/" + name)
        .then()
        .statusCode(200)
        .body("contactPoints[0].value", equalTo("…8000"));
    json(Map.of()).put("/api/v1/customers/" + name).then().statusCode(403);
  }

  @Test
  void customersShareAPartyAndGoByFurtherNames() {
    String first = "crm:" + UUID.randomUUID();
    String second = "crm:" + UUID.randomUUID();
    String phone = UUID.randomUUID().toString();
    json(Map.of("zone", "Europe/Paris")).put("/api/v1/customers/" + first).then().statusCode(201);
    json(Map.of(
            "party",
            first,
            "zone",
            "Europe/Paris",
            "identifiers",
            List.of(Map.of("namespace", "msisdn", "value", phone))))
        .put("/api/v1/customers/" + second)
        .then()
        .statusCode(201)
        .body("party", hasItems(first, second))
        .body("identifiers", hasSize(2));
    Instant now = Instant.now();
    assertThat(customers.find("msisdn:" + phone, now)).isEqualTo(customers.find(second, now));

    json(Map.of("identifiers", List.of(Map.of("namespace", "msisdn", "value", phone))))
        .put("/api/v1/customers/" + first)
        .then()
        .statusCode(409)
        .body("detail", containsString("means another customer"));
    json(Map.of(
            "identifiers",
            List.of(
                Map.of(
                    "namespace", "msisdn", "value", phone, "validFrom", "2026-01-01T00:00:00Z"))))
        .put("/api/v1/customers/" + first)
        .then()
        .statusCode(200);
    assertThat(customers.find("msisdn:" + phone, now)).isEqualTo(customers.find(first, now));
    assertThat(customers.find("msisdn:" + phone, Instant.parse("2025-06-01T00:00:00Z")))
        .isEqualTo(customers.find(second, now));
  }

  @Test
  void wrongChangesAreRefusedAndChangeNothing() {
    String name = "crm:" + UUID.randomUUID();
    for (Map<String, ?> wrong :
        List.of(
            Map.of("zone", "Mars/Base"),
            Map.of("score", 1),
            Map.of("id", 5),
            Map.of("version", 5),
            Map.of("profile", Map.of("a", List.of(1))),
            Map.of("contactPoints", List.of(Map.of("channel", "phone", "value", "abc"))),
            Map.of("contactPoints", List.of(Map.of("channel", "PHONE!", "value", "123456"))),
            Map.of("consent", List.of(Map.of("channel", "phone", "purpose", "retention"))),
            Map.of("party", "crm:nobody"))) {
      json(wrong)
          .put("/api/v1/customers/" + name)
          .then()
          .statusCode(anyOf(equalTo(400), equalTo(422)))
          .contentType("application/problem+json");
    }
    given().get("/api/v1/customers/" + name).then().statusCode(404);
    json(Map.of()).put("/api/v1/customers/nameless").then().statusCode(400);
    json(Map.of())
        .header("If-Match", "\"1-1-1\"")
        .put("/api/v1/customers/" + name)
        .then()
        .statusCode(412);
  }
}
