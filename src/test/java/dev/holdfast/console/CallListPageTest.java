package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.campaign.CallLists.Call;
import dev.holdfast.campaign.CallLists.CallList;
import dev.holdfast.campaign.EffectFrom;
import dev.holdfast.console.CallListPageData.CampaignList;
import dev.holdfast.console.CallListPageData.Feed;
import dev.holdfast.console.CallListPageData.Row;
import dev.holdfast.console.CallListPageData.Status;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Source;
import dev.holdfast.event.Watermark;
import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.ReflectionValueResolver;
import io.quarkus.qute.Template;
import io.quarkus.qute.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallListPageTest {

  private static final Status STATUS =
      new Status(
          2873,
          "2026-01-01-boost",
          "2026-01-01 09:00",
          List.of(new Feed("simulation", "2026-01-01 08:59", false)));

  @Test
  void aRowShowsWhoHowLikelyWhyWhereAndSinceWhen() throws IOException {
    String page = render(list(row("王晓雨", "no use for 12 days, usually every 3")));

    assertThat(page)
        .contains("王晓雨", "sim:000123", "62%", "no use for 12 days, usually every 3")
        .contains("href=\"tel:+861000000123\"", "2025-12-30 14:20")
        .contains("1 to call, 6 of 120 minutes, 4 more waiting")
        .contains("/api/v1/campaigns/7/call-list?format=csv");
    keep("list", page);
  }

  @Test
  void whoDoesNotCallSeesNoPhoneNumber() throws IOException {
    CallList list =
        new CallList(
            7,
            "Win back",
            Instant.parse("2026-01-01T09:00:00Z"),
            List.of(
                new Call(
                    1,
                    11,
                    "sim:000123",
                    "王晓雨",
                    "+861000000123",
                    0.617,
                    80,
                    List.of("no use for 12 days"),
                    "Asia/Shanghai",
                    Instant.parse("2025-12-30T14:20:31Z"),
                    null,
                    false,
                    1,
                    EffectFrom.PRIOR)),
            120,
            6,
            5,
            Map.of("beyond-capacity", 4),
            0,
            0);

    String forAgents =
        render(new CallListPageData(STATUS, List.of(TodaysLists.campaignList(list, true))));
    String forOthers =
        render(new CallListPageData(STATUS, List.of(TodaysLists.campaignList(list, false))));

    assertThat(forAgents).contains("+861000000123", "format=csv", "62%", "2025-12-30 14:20 UTC");
    assertThat(forOthers).doesNotContain("+861000000123", "format=csv").contains("62%");
  }

  @Test
  void aFeedIsBehindWhenItIsSilentForLongerThanNormal() {
    Instant reached = Instant.parse("2026-01-01T09:00:00Z");
    Source source =
        new Source(
            1,
            "simulation",
            Cadence.STREAM,
            Duration.ofHours(6),
            new Watermark(reached, null, null),
            Source.Feed.unwatched(reached),
            new Source.Books(1, 1, 0, 0, 0));

    assertThat(TodaysLists.feed(source, reached.plus(Duration.ofHours(6))).behind()).isFalse();
    assertThat(TodaysLists.feed(source, reached.plus(Duration.ofHours(7))).behind()).isTrue();
  }

  @Test
  void theStatusSaysModelTimeAndFeeds() throws IOException {
    String page = render(new CallListPageData(STATUS, List.of()));

    assertThat(page)
        .contains("2873", "2026-01-01-boost", "2026-01-01 09:00")
        .contains("complete through 2026-01-01 08:59")
        .doesNotContain("class=\"behind\"");
  }

  @Test
  void aFeedThatIsBehindSaysWhatFollows() throws IOException {
    Status behind =
        new Status(0, null, "2026-01-01 09:00", List.of(new Feed("billing", null, true)));

    String page = render(new CallListPageData(behind, List.of()));

    assertThat(page)
        .contains(
            "class=\"behind\"", "nothing yet, behind: its customers are not judged by silence")
        .contains("none promoted yet");
  }

  @Test
  void anEmptyListAndNoCampaignSayWhatToDo() throws IOException {
    CampaignList empty = new CampaignList(7, "Win back", 0, 120, 0, true, List.of());

    assertThat(render(new CallListPageData(STATUS, List.of(empty))))
        .contains("Nobody to call today.");
    assertThat(render(new CallListPageData(STATUS, List.of()))).contains("No running campaign");
  }

  @Test
  void hostileNamesAndReasonsAreInert() throws IOException {
    String page = render(list(row("<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>")));

    assertThat(page).doesNotContain("<script", "<img").contains("&lt;script&gt;");
  }

  @Test
  void thePageHasNoInlineScriptOrStyle() throws IOException {
    String page = render(list(row(null, "no use for 12 days")));

    assertThat(page)
        .doesNotContain("<script", "<style")
        .doesNotContainPattern(" style=|\\son\\w+=");
    assertThat(Pattern.compile("https?://").matcher(page).find()).isFalse();
  }

  private static CallListPageData list(Row... rows) {
    return new CallListPageData(
        STATUS, List.of(new CampaignList(7, "Win back", 6, 120, 4, true, List.of(rows))));
  }

  private static Row row(@Nullable String name, String reason) {
    return new Row(1, "sim:000123", name, 62, List.of(reason), "+861000000123", "2025-12-30 14:20");
  }

  private static String render(CallListPageData data) throws IOException {
    Engine engine =
        Engine.builder()
            .addDefaults()
            .addValueResolver(new ReflectionValueResolver())
            .addResultMapper(new HtmlEscaper(List.of("text/html")))
            .build();
    Template template = engine.parse(source(), Variant.forContentType("text/html"));
    return template.data("page", data).render();
  }

  private static String source() throws IOException {
    try (InputStream in =
        CallListPages.class.getResourceAsStream("/templates/CallListPages/today.html")) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Leaves the rendered page beside its style sheet, to be looked at in a browser. */
  private static void keep(String name, String page) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "pages"));
    Files.writeString(folder.resolve(name + ".html"), page);
  }
}
