package dev.holdfast.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.event.BadEvent.Reason;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EventJsonTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final EventFacts NEWS = EventFacts.arrivedAt(NOW);

  private static String event(String rest) {
    return "{\"id\":\"1\",\"source\":\"crm\",\"customer\":\"crm:7\",\"name\":\"login\","
        + "\"occurredAt\":\"2026-03-01T11:00:00Z\""
        + rest
        + "}";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void everyFieldIsRead() throws BadEvent {
    Event event =
        EventJson.parse(
            utf8(
                "{\"id\":\"a-1\",\"source\":\"shop\",\"customer\":\"crm:a:b\",\"name\":\"下单\","
                    + "\"kind\":\"purchase\",\"occurredAt\":\"2026-03-01T19:00:00.1234567+08:00\","
                    + "\"count\":3,\"amount\":12.34565,\"currency\":\"CNY\",\"channel\":\"app\","
                    + "\"properties\":{\"b\":[1,2.5,null],\"a\":{\"x\":true},\"none\":null},"
                    + "\"unheardOf\":{}}"),
            new EventFacts(NOW, true, true));

    assertThat(event)
        .isEqualTo(
            new Event(
                "a-1",
                "shop",
                "crm:a:b",
                "下单",
                EventKind.PURCHASE,
                Instant.parse("2026-03-01T11:00:00.123456Z"),
                NOW,
                true,
                3,
                new BigDecimal("12.3456"),
                "CNY",
                "app",
                Map.of("b", Arrays.asList(1, new BigDecimal("2.5"), null), "a", Map.of("x", true)),
                true));
  }

  @Test
  void aContractWhoseDatesCannotBeReadIsRefused() throws BadEvent {
    String contract = ",\"kind\":\"contract\",\"properties\":{\"endsAt\":\"%s\"}";

    EventJson.parse(utf8(event(String.format(contract, "2026-12-31"))), NEWS);
    EventJson.parse(utf8(event(String.format(contract, "2026-12-31T12:00:00+08:00"))), NEWS);
    for (String bad : List.of("31.12.2026", "2026-13-01", "0001-01-01", "+99999-01-01T00:00:00Z")) {
      assertThatThrownBy(() -> EventJson.parse(utf8(event(String.format(contract, bad))), NEWS))
          .as(bad)
          .isInstanceOf(BadEvent.class)
          .hasMessageContaining("endsAt must be");
    }
    EventJson.parse(utf8(event(",\"kind\":\"usage\",\"properties\":{\"endsAt\":\"x\"}")), NEWS);
  }

  @Test
  void whatIsWrittenIsReadBackEqual() throws BadEvent {
    Event event =
        EventJson.parse(
            utf8(
                event(
                    ",\"amount\":-0.1,\"count\":2,\"channel\":\"web\","
                        + "\"properties\":{\"z\":1,\"y\":\"ü😀\",\"x\":[{\"w\":1e-7}]}")),
            NEWS);

    assertThat(EventJson.parse(EventJson.write(event), NEWS)).isEqualTo(event);
    assertThat(EventJson.readProperties(EventJson.writeProperties(event.properties())))
        .isEqualTo(event.properties());
    assertThat(event.amount()).hasToString("-0.1000");
  }

  @Test
  void theKindFollowsFromTheNameAsConfigured() throws BadEvent {
    KindMapping own = KindMapping.with(Map.of("Order Paid", EventKind.PURCHASE));

    assertThat(EventJson.parse(utf8(event("")), NEWS).kind()).isEqualTo(EventKind.USAGE);
    assertThat(EventJson.parse(utf8(event("").replace("login", "order-paid")), NEWS, own).kind())
        .isEqualTo(EventKind.PURCHASE);
    assertThat(own.version()).isNotEqualTo(KindMapping.standard().version());
  }

  static List<Arguments> badValues() {
    String deep = "[".repeat(40) + "]".repeat(40);
    return List.of(
        Arguments.of("no value", "", Reason.EMPTY, "no value"),
        Arguments.of("blank", "  ", Reason.EMPTY, "blank"),
        Arguments.of("cut off", "{\"id\":\"1\"", Reason.NOT_JSON, ""),
        Arguments.of("array", "[]", Reason.NOT_JSON, "object"),
        Arguments.of("two objects", event("") + event(""), Reason.NOT_JSON, ""),
        Arguments.of("NaN", event(",\"amount\":NaN"), Reason.NOT_JSON, "/amount"),
        Arguments.of("Infinity", event(",\"amount\":-Infinity"), Reason.NOT_JSON, "/amount"),
        Arguments.of("twice", event(",\"name\":\"logout\""), Reason.NOT_JSON, "Duplicate"),
        Arguments.of("deep", event(",\"properties\":{\"a\":" + deep + "}"), Reason.TOO_DEEP, "32"),
        Arguments.of("long number", event(",\"amount\":" + "1".repeat(65)), Reason.NOT_JSON, ""),
        Arguments.of(
            "no customer", "{\"id\":\"1\",\"source\":\"s\"}", Reason.MISSING_FIELD, "cust"),
        Arguments.of(
            "null source",
            event(",\"x\":1").replace("\"crm\"", "null"),
            Reason.MISSING_FIELD,
            "source"),
        Arguments.of(
            "no namespace", event("").replace("crm:7", "7"), Reason.BAD_FIELD, "namespace"),
        Arguments.of(
            "long id",
            event("").replace("\"1\"", "\"" + "9".repeat(201) + "\""),
            Reason.BAD_FIELD,
            "id must have 1 to 200"),
        Arguments.of("blank id", event("").replace("\"1\"", "\" \""), Reason.BAD_FIELD, "id"),
        Arguments.of(
            "number id", event("").replace("\"1\"", "1"), Reason.BAD_FIELD, "id must be a text"),
        Arguments.of(
            "a key as id",
            event("").replace("\"1\"", "\"key:" + "0".repeat(32) + "\""),
            Reason.BAD_FIELD,
            "id must not"),
        Arguments.of("NUL", event("").replace("login", "log\\u0000in"), Reason.BAD_FIELD, "name"),
        Arguments.of("half a pair", event(",\"channel\":\"\\ud800\""), Reason.BAD_FIELD, "channel"),
        Arguments.of(
            "half a pair inside",
            event(",\"properties\":{\"a\":[\"\\ud800\"]}"),
            Reason.BAD_FIELD,
            "properties.a[0]"),
        Arguments.of("text amount", event(",\"amount\":\"1\""), Reason.BAD_FIELD, "amount must be"),
        Arguments.of("huge amount", event(",\"amount\":1e400"), Reason.BAD_FIELD, "amount"),
        Arguments.of(
            "huge property",
            event(",\"properties\":{\"a\":1e999999}"),
            Reason.BAD_FIELD,
            "properties.a"),
        Arguments.of("zero count", event(",\"count\":0"), Reason.BAD_FIELD, "count"),
        Arguments.of("broken count", event(",\"count\":1.5"), Reason.BAD_FIELD, "count"),
        Arguments.of(
            "currency", event(",\"amount\":1,\"currency\":\"eur\""), Reason.BAD_FIELD, "currency"),
        Arguments.of("currency alone", event(",\"currency\":\"EUR\""), Reason.BAD_FIELD, "amount"),
        Arguments.of("properties text", event(",\"properties\":\"a\""), Reason.BAD_FIELD, "object"),
        Arguments.of(
            "kind", event(",\"kind\":\"usages\""), Reason.BAD_FIELD, "kind must be one of"),
        Arguments.of(
            "no zone", event("").replace("11:00:00Z", "11:00:00"), Reason.BAD_FIELD, "occurredAt"),
        Arguments.of("old", event("").replace("2026", "0026"), Reason.BAD_FIELD, "1900"),
        Arguments.of(
            "unknown name",
            event("").replace("login", "blah"),
            Reason.UNKNOWN_KIND,
            "holdfast.events.kinds"),
        Arguments.of(
            "future", event("").replace("11:00:00", "12:05:01"), Reason.FUTURE, "5 minutes"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badValues")
  void aBadValueIsRefusedWithItsReason(String what, String value, Reason reason, String detail) {
    assertThatThrownBy(() -> EventJson.parse(utf8(value), NEWS))
        .isInstanceOfSatisfying(
            BadEvent.class,
            bad -> {
              assertThat(bad.reason()).isEqualTo(reason);
              assertThat(bad.detail()).contains(detail).hasSizeLessThanOrEqualTo(500);
            });
  }

  static List<String> values() {
    return List.of(
        event(""),
        "  " + event("") + "\n",
        event(",\"kind\":\"purchase\",\"amount\":19.90,\"currency\":\"EUR\",\"channel\":\"app\""),
        event(",\"amount\":100.0,\"count\":12"),
        event(",\"amount\":1e3"),
        event(",\"amount\":-0.0"),
        event(",\"amount\":99999999999999"),
        event(",\"kind\":\"contract\",\"properties\":{\"endsAt\":\"2027-01-01\"}"),
        event(",\"properties\":{}"),
        event(",\"properties\":{\"a\":1.50,\"b\":2.0,\"c\":100.00,\"d\":0.000,\"e\":1E2}"),
        event(",\"properties\":{\"a\":1,\"b\":5000000000,\"c\":123456789012345678901234567890}"),
        event(",\"properties\":{\"a\":[1,\"x\",true,false,{\"b\":[]}],\"c\":{\"d\":{}}}"),
        event(",\"properties\":{\"a\":null,\"b\":[null]}"),
        event(",\"properties\":{\"a\":\"\\u00e9\\n\",\"b\":\"\\t\"}"),
        event(",\"properties\":{\"a\":1e-300,\"b\":1e306}"),
        event(",\"count\":null,\"amount\":null,\"properties\":null"),
        event(",\"unheardOf\":[1,2]"),
        event("").replace("login", "Order Completed"),
        event("").replace("crm:7", "crm:a:b c"),
        event("").replace("11:00:00Z", "11:00:00.1Z"),
        event("").replace("11:00:00Z", "11:00:00.123456789Z"),
        event("").replace("11:00:00Z", "19:00:00+08:00"),
        event("").replace("2026-03-01T11:00:00Z", "2026-02-28T24:00:00Z"),
        event("").replace("2026-03-01T11:00:00Z", "2016-12-31T23:59:60Z"));
  }

  @ParameterizedTest
  @MethodSource("values")
  void theShortWayReadsWhatTheTreeReads(String value) throws BadEvent {
    Event byTree = EventJson.read(EventJson.tree(utf8(value)), NEWS, KindMapping.standard());

    assertThat(EventJson.parse(utf8(value), NEWS)).isEqualTo(byTree);
    Event shortWay = EventReader.read(utf8(value), NEWS, KindMapping.standard());
    if (shortWay != null) {
      assertThat(shortWay).isEqualTo(byTree);
      assertThat(EventJson.writeProperties(shortWay.properties()))
          .isEqualTo(EventJson.writeProperties(byTree.properties()));
    }
  }

  @Test
  void theOrdinaryEventGoesTheShortWay() {
    for (String ordinary :
        List.of(
            event(""),
            event(
                ",\"amount\":19.90,\"currency\":\"EUR\",\"properties\":{\"a\":[1.5,{\"b\":true}]}"),
            event("").replace("11:00:00Z", "11:00:00.123Z"))) {
      assertThat(EventReader.read(utf8(ordinary), NEWS, KindMapping.standard()))
          .as(ordinary)
          .isNotNull();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badValues")
  void theShortWayLeavesWhatIsWrongToTheTree(
      String what, String value, Reason reason, String detail) {
    assertThat(EventReader.read(utf8(value), NEWS, KindMapping.standard())).isNull();
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] latin1 = event("").replace("login", "café").getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> EventJson.parse(latin1, NEWS))
        .isInstanceOfSatisfying(
            BadEvent.class, bad -> assertThat(bad.reason()).isEqualTo(Reason.NOT_UTF8));
    assertThatThrownBy(() -> EventJson.parse(event("").getBytes(StandardCharsets.UTF_16LE), NEWS))
        .isInstanceOf(BadEvent.class);
    assertThatThrownBy(() -> EventJson.parse(null, NEWS)).isInstanceOf(BadEvent.class);
  }

  @Test
  void aValueAboveTheLimitIsRefusedUnread() {
    assertThatThrownBy(() -> EventJson.parse(new byte[EventJson.MAX_BYTES + 1], NEWS))
        .isInstanceOfSatisfying(
            BadEvent.class, bad -> assertThat(bad.reason()).isEqualTo(Reason.TOO_LARGE));
  }

  @Test
  void anEventOfAlmostFiveMinutesAheadIsTaken() throws BadEvent {
    assertThat(EventJson.parse(utf8(event("").replace("11:00:00", "12:05:00")), NEWS).occurredAt())
        .isEqualTo(NOW.plus(EventJson.MAX_AHEAD));
  }

  @Test
  void anIdMadeOfAKeyHasThatKey() {
    EventKey key = EventKey.of("crm", "1");
    assertThat(EventKey.of("anything", key.asId())).isEqualTo(key);
  }
}
