package dev.holdfast.event.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportMapTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final String MAP =
      """
      format: csv
      source:
        name: shop
        cadence: daily
      event:
        customer: {column: who, namespace: crm, integer: true}
        name: {column: what}
        kind: {column: what, values: {buy: purchase}, otherwise: usage}
        occurredAt: {column: when, format: "dd/MM/yyyy HH:mm", zone: Asia/Shanghai}
        amount: {product: [n, price]}
        currency: CNY
        properties: [what]
      where:
        n: "> 0"
        who: present
      """;

  @TempDir Path folder;

  private record Result(List<Event> events, EventImport.Read read, Rejects rejects) {}

  private ImportMap map(String text) throws IOException {
    return ImportMap.read(Files.writeString(folder.resolve("map.yaml"), text).toString());
  }

  private Result run(String map, byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("file.csv"), bytes);
    List<Event> events = new ArrayList<>();
    try (Rejects rejects = Rejects.into(folder.resolve("rejects.csv"))) {
      EventImport.Read read =
          EventImport.run(file, map(map), NOW, events::add, rejects, new ProgressLine(line -> {}));
      return new Result(events, read, rejects);
    }
  }

  private Result run(String map, String text) throws IOException {
    return run(map, text.getBytes(StandardCharsets.UTF_8));
  }

  private static final String ROWS =
      """
      who,what,when,n,price
      17.0,buy,01/02/2026 08:30,2,1.255
      18.0,look,02/02/2026 00:00,1,0
      17.0,buy,01/02/2026 08:30,2,1.255
      ,buy,01/02/2026 08:30,2,1
      19.5,buy,01/02/2026 08:30,2,1
      19,buy,30/02/2026 08:30,2,1
      19,buy,01/02/2027 08:30,2,1
      19,buy,01/02/2026 08:30,-2,1
      19,buy,01/02/2026 08:30,x,1
      19,buy
      """;

  @Test
  void rowsBecomeEventsAndOthersAreRejectedWithLineAndReason() throws IOException {
    Result result = run(MAP, ROWS);

    assertThat(result.read().rows()).isEqualTo(10);
    assertThat(result.read().events()).isEqualTo(3);
    assertThat(result.read().rejected()).isEqualTo(7);
    Event first = result.events().get(0);
    assertThat(first.customer()).isEqualTo("crm:17");
    assertThat(first.kind()).isEqualTo(EventKind.PURCHASE);
    assertThat(first.occurredAt()).isEqualTo(Instant.parse("2026-02-01T00:30:00Z"));
    assertThat(first.availableAt()).isEqualTo(first.occurredAt());
    assertThat(first.availableAssumed()).isTrue();
    assertThat(first.backfill()).isTrue();
    assertThat(first.amount()).hasToString("2.5100");
    assertThat(first.currency()).isEqualTo("CNY");
    assertThat(first.properties()).isEqualTo(Map.of("what", "buy"));
    assertThat(result.read().last()).isEqualTo(Instant.parse("2026-02-01T16:00:00Z"));
    assertThat(Files.readAllLines(folder.resolve("rejects.csv")))
        .hasSize(8)
        .contains("\"9\",\"n must be > 0, was -2\",\"19,buy,01/02/2026 08:30,-2,1\"")
        .contains("\"11\",\"there are 2 fields, the header has 5\",\"19,buy\"");
    assertThat(result.rejects().byRule()).containsEntry("who must be present", 1L);
  }

  @Test
  void idsAreTheSameOnASecondRunAndInAnotherEncodingAndDifferForIdenticalLines()
      throws IOException {
    String rows = ROWS.replace("look", "看");
    List<String> ids = run(MAP, rows).events().stream().map(Event::id).toList();

    assertThat(ids).doesNotHaveDuplicates();
    assertThat(run(MAP, rows).events().stream().map(Event::id)).isEqualTo(ids);
    assertThat(
            run(MAP, rows.replace("\n", "\r\n").getBytes(Charset.forName("GB18030")))
                .events()
                .stream()
                .map(Event::id))
        .isEqualTo(ids);
    assertThat(run(MAP.replace("name: shop", "name: other"), rows).events().get(0).id())
        .isNotEqualTo(ids.get(0));
  }

  @Test
  void aMappedIdIsTakenAsItIs() throws IOException {
    Result result = run(MAP.replace("event:\n", "event:\n  id: price\n"), ROWS);
    assertThat(result.events().get(0).id()).isEqualTo("1.255");
  }

  @Test
  void mistakesInAMapNameTheirLineAndTheRemedy() {
    assertRefused(
        MAP.replace("format: csv", "format: xls"), ":1: format must be csv, tsv or jsonl");
    assertRefused(MAP.replace("cadence: daily", "cadence: weekly"), ":4: cadence must be");
    assertRefused(MAP.replace("  name: shop", "  nmae: shop"), "unknown key \"nmae\"");
    assertRefused(MAP.replace("otherwise: usage", "otherwise: use"), ":8: kind must be one of");
    assertRefused(MAP.replace("zone: Asia/Shanghai", "zone: Mars/Base"), ":9: ");
    assertRefused(MAP.replace(", zone: Asia/Shanghai", ""), ":9: a pattern needs a \"zone\"");
    assertRefused(MAP.replace("currency: CNY", "currency: yuan"), ":11: currency must be");
    assertRefused(MAP.replace("\"> 0\"", "\"more\""), ":14: a rule must be");
    assertRefused(MAP.replace("price]", "prize]"), "has no column \"prize\"; it has who, what");
    assertRefused(MAP.replace("  occurredAt", "  happened"), "unknown key \"happened\"");
    assertRefused("format: csv\n", "\"source\" is missing");
    assertRefused("- a\n", "must hold keys and values");
    assertRefused("a: [\n", "not YAML");
    assertThatThrownBy(() -> ImportMap.read("nonsuch"))
        .isInstanceOf(UnusableFile.class)
        .hasMessageContaining("there is no map \"nonsuch\"")
        .hasMessageContaining("online_retail_2011");
  }

  private void assertRefused(String map, String message) {
    assertThatThrownBy(() -> run(map, ROWS))
        .isInstanceOf(UnusableFile.class)
        .hasMessageContaining(message);
  }
}
