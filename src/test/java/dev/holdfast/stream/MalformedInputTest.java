package dev.holdfast.stream;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.holdfast.access.Roles;
import dev.holdfast.customer.Customers;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventFacts;
import dev.holdfast.event.EventLog;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.event.file.BookedImport;
import dev.holdfast.event.file.ImportMap;
import dev.holdfast.event.file.ImportRun;
import dev.holdfast.event.file.ImportRuns;
import dev.holdfast.event.file.Rejects;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.Broker;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.Topics;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Malformed input over each way in: a clear answer or the quarantine, and the rest is applied. */
@QuarkusTest
@TestSecurity(
    user = "intake",
    roles = {Roles.SERVICE, Roles.OPERATOR})
class MalformedInputTest {

  private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
  private static final Duration WAIT = Duration.ofSeconds(60);
  private static final int PARTITION = 5;
  private static final int FIVE_MEGABYTES = 5 * 1024 * 1024;

  @Inject DataSource database;
  @Inject EventLog log;
  @Inject EventStore store;
  @Inject Broker broker;
  @Inject Sources sources;
  @Inject Customers customers;
  @Inject ModelRegistry models;
  @Inject BusinessClocks clocks;
  @Inject PartitionProgress progress;
  @Inject BookedImport imports;
  @Inject ImportRuns runs;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final String source = "malformed-" + run;
  private final String customer = "test:malformed-" + run;
  private int sequence;

  @BeforeEach
  void aModelServes() {
    TestModel.promote(models);
    clocks.fix(START);
    sources.declare(source, Cadence.STREAM, Duration.ofDays(2));
  }

  /**
   * One message on the topic.
   *
   * @param reason of the quarantine, null if it is to be applied
   */
  private record Sent(
      String what,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Map<String, String> headers,
      @Nullable String reason) {}

  @Test
  void onTheTopicEachBadMessageIsPutAsideAndTheOthersAreApplied() throws Exception {
    List<Sent> bad = new ArrayList<>();
    bad.add(bad("no value", null, "empty"));
    badBodies().forEach((what, body) -> bad.add(bad(what, body.bytes(), body.reason())));
    bad.add(bad("empty", new byte[0], "empty"));
    bad.add(bad("5 MB", letters(FIVE_MEGABYTES), "too-large"));
    bad.add(bad("just above the limit", letters(32 * 1024 + 1), "too-large"));
    bad.add(new Sent("no key", null, utf8("{}"), Map.of(), "missing-field"));
    bad.add(header("not an instant", EventFacts.AVAILABLE_AT, "yesterday"));
    bad.add(header("not a flag", EventFacts.BACKFILL, "maybe"));
    bad.add(header("no flag of ours", EventFacts.AVAILABLE_ASSUMED, "\uD83D\uDE00"));
    bad.add(header("the end of time", EventFacts.AVAILABLE_AT, Instant.MAX.toString()));
    bad.add(header("its beginning", EventFacts.AVAILABLE_AT, Instant.MIN.toString()));
    bad.add(header("the year 12000", EventFacts.AVAILABLE_AT, "+12000-01-01T00:00:00Z"));

    assertApplied(mixed(bad));
  }

  @Test
  void whatIsOddButAllowedNeverBlocksThePartition() throws Exception {
    String emoji = "\uD83D\uDE00";
    List<Sent> odd =
        List.of(
            odd("first day", event("").replace("2026-03-02T07", "1900-01-01T00")),
            odd("longest name", event(",\"kind\":\"usage\"").replace("login", emoji.repeat(50))),
            odd("longest channel", event(",\"channel\":\"" + emoji.repeat(20) + "\"")),
            odd("longest id", event("").replace("\"e", "\"" + "\u4E2D".repeat(190) + "e")),
            odd("most money", event(",\"amount\":99999999999999,\"currency\":\"XXX\"")),
            odd("least money", event(",\"amount\":-99999999999999,\"kind\":\"purchase\"")),
            odd("almost no money", event(",\"amount\":1e-999999999")),
            odd("nothing at all", event(",\"amount\":0e999999999")),
            odd("often", event(",\"count\":1000000000")),
            odd(
                "many characters",
                event(",\"properties\":{\"a\":\"" + emoji.repeat(8_000) + "\"}")),
            odd(
                "many numbers",
                event(",\"properties\":{\"a\":[" + "1e5,".repeat(7_900) + "-1e-300]}")),
            odd("no name", event(",\"properties\":{\"\":{\"\":[null]},\"b\":null}")),
            odd("control characters", event(",\"properties\":{\"\\u0000\":\"\\u0000\\n'\\\\\"}")),
            odd("wide blank at the end", event("").replace(customer, customer + "\u00A0")),
            odd("the same but for case", event("").replace("test:mal", "test:MAL")),
            odd("emoji", event("").replace(customer, customer + emoji)),
            odd("another emoji", event("").replace(customer, customer + "\uD83D\uDE01")),
            odd(
                "longest customer",
                event("").replace(customer, "x".repeat(39) + ":" + "\u738B".repeat(160))),
            odd(
                "a closed complaint never opened",
                event(",\"kind\":\"complaint\"").replace("login", "closed")));

    assertApplied(mixed(odd));

    assertThat(
            Stream.of(customer, customer + emoji, customer + "\uD83D\uDE01", customer + "\u00A0")
                .map(name -> customers.find(name, START).orElseThrow())
                .distinct())
        .hasSize(4);
  }

  @Test
  void aFloodOfLargeMessagesIsPutAsideWhole() throws Exception {
    List<Sent> flood = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      flood.add(bad("large " + i, letters(2 * 1024 * 1024), "too-large"));
    }
    assertApplied(mixed(flood));
  }

  @Test
  void overHttpEachBadBodyIsRefusedWithItsPlaceAndNothingIsStored() {
    long before = messages();
    badBodies()
        .forEach(
            (what, body) ->
                given()
                    .contentType(ContentType.JSON)
                    .body(body.bytes())
                    .post("/api/v1/events")
                    .then()
                    .statusCode(400)
                    .contentType("application/problem+json")
                    .body("errors[0].reason", equalTo(body.reason()))
                    .body("errors[0].detail", containsString(body.place())));
    given()
        .contentType(ContentType.JSON)
        .post("/api/v1/events")
        .then()
        .statusCode(400)
        .contentType("application/problem+json");
    given()
        .contentType(ContentType.JSON)
        .body(letters(FIVE_MEGABYTES))
        .post("/api/v1/events")
        .then()
        .statusCode(413)
        .contentType("application/problem+json");
    given()
        .contentType("application/x-unheard-of")
        .body(utf8(event("")))
        .post("/api/v1/events")
        .then()
        .statusCode(415)
        .contentType("application/problem+json");
    given()
        .contentType(ContentType.JSON)
        .body(utf8("[" + event("") + "," + event(",\"count\":0") + "]"))
        .post("/api/v1/events")
        .then()
        .statusCode(400)
        .body("errors[0].pointer", equalTo("/1"))
        .body("errors[0].detail", containsString("count"));
    assertThat(messages()).isEqualTo(before);

    given()
        .contentType(ContentType.JSON)
        .body(utf8(event("")))
        .post("/api/v1/events")
        .then()
        .statusCode(202);
    applied();
    assertThat(books()).isEqualTo(new Source.Books(1, 1, 0, 0, 0, 0));
  }

  private static final String FILE_MAP =
      """
      source:
        name: SOURCE
        cadence: daily
      event:
        id: id
        customer: {column: customer, namespace: test}
        name: {column: what}
        kind: {column: what, values: {login: usage, order: purchase}}
        occurredAt: at
        amount: amount
        currency: EUR
      """;

  @Test
  void fromCsvEachBadRowIsRejectedWithItsLineAndTheRestIsApplied() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(utf8("id,customer,what,at,amount\n"));
    List<String> rows =
        List.of(
            "c,1,login,2026-03-01T00:00:00Z,1",
            "d,,login,2026-03-01T00:00:00Z,1",
            "e,1,dance,2026-03-01T00:00:00Z,1",
            "f,1,login,yesterday,1",
            "g,1,login,2999-03-01T00:00:00Z,1",
            "h,1,login,0001-03-01T00:00:00Z,1",
            "i,1,login,2026-03-01T00:00:00Z,NaN",
            "j,1,login,2026-03-01T00:00:00Z,1e99999999999",
            "k,1,login",
            "l,1,login,2026-03-01T00:00:00Z,1,1,1",
            "9".repeat(201) + ",1,login,2026-03-01T00:00:00Z,1",
            "m," + "9".repeat(161) + ",login,2026-03-01T00:00:00Z,1",
            "n,\"1,login,2026-03-01T00:00:00Z,1",
            "o,1\u0000,login,2026-03-01T00:00:00Z,1",
            "key:00000000000000000000000000000000,1,login,2026-03-01T00:00:00Z,1",
            "p,1,login,2026-03-01T00:00:00Z," + "1".repeat(FIVE_MEGABYTES));
    for (String row : rows) {
      file.write(utf8(row + "\n"));
    }
    file.write("q,caf\u00E9,login,2026-03-01T00:00:00Z,1\n".getBytes(StandardCharsets.ISO_8859_1));
    file.write(utf8("r,\u738B,order,2026-03-01T01:00:00Z,1\n"));

    assertImported("csv", file.toByteArray(), rows.size() + 2, 2);
  }

  @Test
  void fromJsonLinesEachBadLineIsRejectedWithItsNumberAndTheRestIsApplied() throws IOException {
    String good =
        "{\"id\":\"c\",\"customer\":\"1\",\"what\":\"login\",\"at\":\"2026-03-01T00:00:00Z\",\"amount\":1}";
    List<String> lines =
        List.of(
            good,
            "{}",
            "[]",
            "null",
            "7",
            "\"text\"",
            good.substring(0, 30),
            good + good,
            good.replace("}", ",\"id\":\"d\"}"),
            good.replace(":1}", ":NaN}"),
            good.replace(":1}", ":1e99999999999}"),
            good.replace(":1}", ":\"much\"}"),
            good.replace("}", ",\"x\":" + "[".repeat(100) + "]".repeat(100) + "}"),
            good.replace("\"1\"", "{\"a\":1}").replace("2026", "2999"),
            good.replace("\"1\"", "\"\\ud800\""),
            good.replace("\"c\"", "\"" + "9".repeat(201) + "\""),
            good.replace("}", ",\"x\":\"" + "y".repeat(FIVE_MEGABYTES) + "\"}"),
            good.replace("\"c\"", "\"z\"").replace("login", "order"));

    assertImported("jsonl", utf8(String.join("\n", lines)), lines.size(), 2);
  }

  private void assertImported(String format, byte[] bytes, int rows, int good) throws IOException {
    Path folder = Files.createTempDirectory(Path.of("target"), "malformed");
    Path file = Files.write(folder.resolve("file." + format), bytes);
    Path map =
        Files.writeString(
            folder.resolve("map.yaml"),
            "format: " + format + "\n" + FILE_MAP.replace("SOURCE", source));
    Path rejected = folder.resolve("rejected.csv");
    try (Rejects rejects = Rejects.into(rejected)) {
      BookedImport.Booked booked =
          imports.run(file, ImportMap.read(map.toString()), null, "test", rejects, line -> {});

      assertThat(booked.read().rows()).isEqualTo(rows);
      assertThat(booked.read().events()).as("%s", rejects.first()).isEqualTo(good);
      assertThat(booked.read().rejected()).isEqualTo(rows - good).isEqualTo(rejects.count());
      assertThat(booked.balances()).isTrue();
      assertThat(booked.books()).isEqualTo(new Source.Books(good, good, 0, 0, 0, 0));
      assertThat(rejects.first()).allMatch(line -> line.matches("(?s)line \\d+: .+"));
    }
    ImportRun run = runs.newest(null, 1).get(0);
    assertThat(run.file()).isEqualTo("file." + format);
    assertThat(run.state()).isEqualTo("done");
    assertThat(List.of(run.rows(), run.applied(), run.rejected(), run.bytesRead()))
        .containsExactly((long) rows, (long) good, (long) rows - good, (long) bytes.length);
    assertThat(run.rejectedBy().values().stream().mapToLong(Long::longValue).sum())
        .isPositive()
        .isLessThanOrEqualTo(rows - good);
    int header = format.equals("csv") ? 1 : 0;
    String report = Files.readString(rejected);
    for (int line = header + 2; line < header + rows; line++) {
      assertThat(report).containsPattern("(?m)^\"" + line + "\",\"[^\"]+");
    }
  }

  @Test
  void aMessageIsReplayedWithSuccessOnceItsCauseIsGone() throws Exception {
    Source.Books unknown = unknownBooks();
    Instant tomorrow = START.plus(Duration.ofDays(1));
    String early = event("").replace("2026-03-02T07:00:00Z", tomorrow.toString());
    List<RecordMetadata> sent =
        send(List.of(bad("early", utf8(early), "future"), bad("broken", utf8("{"), "not-json")));
    assertThat(unknownBooks().minus(unknown)).isEqualTo(new Source.Books(2, 0, 0, 2, 0, 0));

    clocks.fix(START.plus(Duration.ofDays(2)));
    for (RecordMetadata one : sent) {
      replay(one, 204);
      applied();
      replay(one, 409);
    }

    assertThat(books()).isEqualTo(new Source.Books(1, 1, 0, 0, 0, 0));
    assertThat(unknownBooks().minus(unknown)).isEqualTo(new Source.Books(1, 0, 0, 1, 0, 0));
    assertThat(store.historyOf(customers.find(customer, tomorrow).orElseThrow()))
        .extracting(Event::occurredAt)
        .containsExactly(tomorrow);
  }

  @Test
  void aReplayThatCannotSucceedIsRefused() throws Exception {
    RecordMetadata large = send(List.of(bad("5 MB", letters(FIVE_MEGABYTES), "too-large"))).get(0);

    replay(large, 422);
  }

  private static void replay(RecordMetadata at, int status) {
    given()
        .urlEncodingEnabled(false)
        .post(
            "/api/v1/quarantine/"
                + at.topic()
                + "/"
                + at.partition()
                + "/"
                + at.offset()
                + ":replay")
        .then()
        .statusCode(status);
  }

  /**
   * A value that is wrong over HTTP and on the topic alike.
   *
   * @param place what the detail must name
   */
  @SuppressWarnings("ArrayRecordComponent") // Raw bytes that are sent, never compared.
  private record Body(byte[] bytes, String reason, String place) {}

  private Map<String, Body> badBodies() {
    String deep = "[".repeat(10_000);
    Map<String, Body> bodies = new LinkedHashMap<>();
    bodies.put("blank", body(" \n ", "empty", "blank"));
    bodies.put(
        "not UTF-8",
        new Body(
            event("").replace("login", "caf\u00E9").getBytes(StandardCharsets.ISO_8859_1),
            "not-utf8",
            "UTF-8"));
    bodies.put("deep", body(event(",\"properties\":" + deep), "too-deep", "32"));
    bodies.put("NaN", body(event(",\"amount\":NaN"), "not-json", "/amount"));
    bodies.put("Infinity", body(event(",\"amount\":Infinity"), "not-json", "/amount"));
    bodies.put("beyond numbers", body(event(",\"amount\":1e99999999999"), "not-json", "amount"));
    bodies.put("wrong type", body(event(",\"count\":\"many\""), "bad-field", "count"));
    bodies.put(
        "wrong type of a text", body(event("").replace("\"login\"", "{}"), "bad-field", "name"));
    bodies.put("unknown kind", body(event(",\"kind\":\"dance\""), "bad-field", "kind"));
    bodies.put("half a kind", body(event(",\"kind\":\"\\ud800\""), "bad-field", "kind"));
    bodies.put("unknown name", body(event("").replace("login", "dance"), "unknown-kind", "dance"));
    bodies.put(
        "no customer",
        body(event("").replace("\"customer\"", "\"costumer\""), "missing-field", "customer"));
    bodies.put("no namespace", body(event("").replace("test:", ""), "bad-field", "namespace"));
    bodies.put(
        "long customer",
        body(
            event("").replace(customer, "x".repeat(40) + ":" + "y".repeat(160)),
            "bad-field",
            "200"));
    bodies.put(
        "long id", body(event("").replace("\"e", "\"e" + "9".repeat(200)), "bad-field", "id"));
    bodies.put("twice", body(event(",\"name\":\"login\""), "not-json", "name"));
    bodies.put("far future", body(event("").replace("2026", "+999999"), "future", "occurredAt"));
    bodies.put("before 1900", body(event("").replace("2026", "0001"), "bad-field", "occurredAt"));
    bodies.put("a number", body("7", "not-json", "object"));
    bodies.put("cut off", body(event("").substring(0, 40), "not-json", ""));
    return bodies;
  }

  private static Body body(String text, String reason, String place) {
    return new Body(utf8(text), reason, place);
  }

  private String event(String rest) {
    return "{\"id\":\"e"
        + sequence++
        + "\",\"source\":\""
        + source
        + "\",\"customer\":\""
        + customer
        + "\",\"name\":\"login\",\"occurredAt\":\"2026-03-02T07:00:00Z\""
        + rest
        + "}";
  }

  private Sent bad(String what, byte @Nullable [] value, String reason) {
    return new Sent(what, utf8(customer), value, Map.of(), reason);
  }

  private Sent header(String what, String header, String value) {
    return new Sent(what, utf8(customer), utf8(event("")), Map.of(header, value), "bad-header");
  }

  private Sent odd(String what, String value) {
    return new Sent(what, utf8(customer), utf8(value), Map.of(), null);
  }

  /** A good event after each of these, in the same partition. */
  private List<Sent> mixed(List<Sent> messages) {
    return messages.stream()
        .flatMap(message -> Stream.of(message, odd("good", event(""))))
        .toList();
  }

  private void assertApplied(List<Sent> messages) throws Exception {
    Source.Books unknown = unknownBooks();
    List<RecordMetadata> sent = send(messages);

    Map<String, String> wrong = new LinkedHashMap<>();
    for (int i = 0; i < messages.size(); i++) {
      Sent message = messages.get(i);
      String reason = quarantined(sent.get(i));
      if (!String.valueOf(message.reason()).equals(String.valueOf(reason))) {
        wrong.put(message.what(), String.valueOf(reason));
      }
    }
    assertThat(wrong).as("what was not treated as it should").isEmpty();
    long bad = messages.stream().filter(message -> message.reason() != null).count();
    long good = messages.size() - bad;
    assertThat(books()).isEqualTo(new Source.Books(good, good, 0, 0, 0, 0));
    assertThat(unknownBooks().minus(unknown)).isEqualTo(new Source.Books(bad, 0, 0, bad, 0, 0));
    given().get("/q/health").then().statusCode(200).body("status", equalTo("UP"));
    given().queryParam("limit", 500).get("/api/v1/quarantine").then().statusCode(200);
  }

  /** Sends in order to one partition and waits until all of it is dealt with. */
  private List<RecordMetadata> send(List<Sent> messages) throws Exception {
    List<RecordMetadata> positions = new ArrayList<>();
    Map<String, Object> settings =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrap,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            2 * FIVE_MEGABYTES,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "lz4");
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (Sent message : messages) {
        var record =
            new ProducerRecord<byte[], byte[]>(
                Topics.EVENTS, PARTITION, message.key(), message.value());
        message.headers().forEach((name, value) -> record.headers().add(name, utf8(value)));
        sent.add(producer.send(record));
      }
      for (Future<RecordMetadata> one : sent) {
        positions.add(one.get());
      }
    }
    applied();
    return positions;
  }

  private void applied() {
    broker.producer().flush();
    await().atMost(WAIT).until(progress::allCaughtUp);
  }

  private long messages() {
    return log.endOffsets().values().stream().mapToLong(Long::longValue).sum();
  }

  private Source.Books books() {
    return sources.byName(source).orElseThrow().books();
  }

  private Source.Books unknownBooks() {
    return sources
        .byName(Sources.UNKNOWN)
        .map(Source::books)
        .orElse(new Source.Books(0, 0, 0, 0, 0, 0));
  }

  private @Nullable String quarantined(RecordMetadata at) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT reason FROM quarantine WHERE topic = ? AND partition_no = ? AND"
                    + " record_offset = ?")) {
      select.setString(1, at.topic());
      select.setInt(2, at.partition());
      select.setLong(3, at.offset());
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  private static byte[] letters(int length) {
    byte[] letters = new byte[length];
    Arrays.fill(letters, (byte) 'x');
    return letters;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
