package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.campaign.Disposition;
import dev.holdfast.campaign.OutcomeReason;
import dev.holdfast.campaign.ReportedOutcomes.Reported;
import dev.holdfast.cli.OutcomeFile.Line;
import dev.holdfast.cli.OutcomeFile.Words;
import dev.holdfast.event.file.UnusableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomeFileTest {

  @TempDir Path folder;

  @Test
  void aFileInOurWordsNeedsNoMap() throws IOException {
    List<Line> lines =
        read(
            """
            task,disposition,contactedAt,agent,reason,note,callId
            17,refused,2026-03-02T09:30:00+08:00,anna,price,"later, maybe",c-1
            """,
            Words.OURS);

    assertThat(lines).hasSize(1);
    assertThat(lines.get(0).reported())
        .isEqualTo(
            new Reported(
                17L,
                null,
                null,
                null,
                Disposition.REFUSED,
                Instant.parse("2026-03-02T01:30:00Z"),
                "anna",
                OutcomeReason.PRICE,
                "later, maybe",
                null,
                "c-1"));
  }

  @Test
  void aMapSaysWhatADialersWordsMean() throws IOException {
    Path map =
        Files.writeString(
            folder.resolve("dialer.yaml"),
            """
            campaign: winter
            zone: Asia/Shanghai
            columns: {phone: phone_number, disposition: status, contactedAt: call_date, agent: user}
            dispositions: {SALE: accepted, NI: refused, NA: no-answer}
            """);

    List<Line> lines =
        read(
            """
            phone_number,status,call_date,user
            13800138000,NA,2026-03-02 09:30:00,anna
            13800138001,SALE,2026-03-02 09:31,berta
            """,
            Words.read(map));

    Reported first = Objects.requireNonNull(lines.get(0).reported());
    assertThat(first.campaign()).isEqualTo("winter");
    assertThat(first.phone()).isEqualTo("13800138000");
    assertThat(first.disposition()).isEqualTo(Disposition.NO_ANSWER);
    assertThat(first.contactedAt()).isEqualTo("2026-03-02T01:30:00Z");
    assertThat(Objects.requireNonNull(lines.get(1).reported()).disposition())
        .isEqualTo(Disposition.ACCEPTED);
  }

  @Test
  void aRowThatCannotBeReadSaysWhyAndTheRemedy() throws IOException {
    List<Line> lines =
        read(
            """
            task,disposition,contactedAt
            17,SALE,2026-03-02T09:30:00Z
            x,refused,2026-03-02T09:30:00Z
            17,refused,2026-03-02 09:30:00
            17,refused,yesterday
            17,,2026-03-02T09:30:00Z
            17,refused,2026-03-02T09:30:00Z
            """,
            Words.OURS);

    assertThat(lines.stream().map(Line::line)).containsExactly(2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(lines.get(0).problem()).contains("\"SALE\"", "dispositions: {SALE: ...}");
    assertThat(lines.get(1).problem()).contains("number of a call task", "\"x\"");
    assertThat(lines.get(2).problem()).contains("zone: Asia/Shanghai");
    assertThat(lines.get(3).problem()).contains("contactedAt", "\"yesterday\"");
    assertThat(lines.get(4).problem()).contains("no disposition");
    assertThat(lines.get(5).reported()).isNotNull();
  }

  @Test
  void aFileWithoutDispositionsIsUnusable() {
    assertThatThrownBy(() -> read("task,result\n17,x\n", Words.OURS))
        .isInstanceOf(UnusableFile.class)
        .hasMessageContaining("no column \"disposition\"")
        .hasMessageContaining("task, result");
  }

  @Test
  void aMapWithAZoneThatThereIsNotIsUnusable() throws IOException {
    Path map = Files.writeString(folder.resolve("dialer.yaml"), "zone: Asia/Shangai\n");

    assertThatThrownBy(() -> Words.read(map))
        .isInstanceOf(UnusableFile.class)
        .hasMessageContaining("dialer.yaml")
        .hasMessageContaining("such as Asia/Shanghai, was \"Asia/Shangai\"");
  }

  private List<Line> read(String text, Words words) throws IOException {
    Path file = Files.writeString(folder.resolve("outcomes.csv"), text);
    List<Line> lines = new ArrayList<>();
    try (OutcomeFile rows = OutcomeFile.open(file, words)) {
      for (Line line = rows.next(); line != null; line = rows.next()) {
        lines.add(line);
      }
    }
    return lines;
  }
}
