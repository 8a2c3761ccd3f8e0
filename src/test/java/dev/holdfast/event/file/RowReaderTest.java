package dev.holdfast.event.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowReaderTest {

  private static final RowFormat CSV = new RowFormat(RowFormat.Kind.CSV, ',', true, null, null);

  @TempDir Path folder;

  private Path file(byte[]... parts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.write(part);
    }
    return Files.write(folder.resolve("file"), bytes.toByteArray());
  }

  private Path file(String text) throws IOException {
    return file(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static List<Row> read(Path file, RowFormat format) {
    try (RowReader reader = RowReader.open(file, format)) {
      List<Row> rows = new ArrayList<>();
      for (Row row = reader.next(); row != null; row = reader.next()) {
        rows.add(row);
      }
      return rows;
    }
  }

  private static List<String> shown(List<Row> rows) {
    return rows.stream()
        .map(
            row ->
                row.line()
                    + (row.problem() == null
                        ? " " + Arrays.toString(row.values())
                        : " ! " + row.problem()))
        .toList();
  }

  @Test
  void mixedLineEndsBlankLinesAndAByteOrderMarkAreRead() throws IOException {
    Path file = file("\uFEFFa,b\r\n1,x\n\n2,\"y\"\r3,z\r\n  \n4,ü");
    assertThat(shown(read(file, CSV)))
        .containsExactly("2 [1, x]", "4 [2, y]", "5 [3, z]", "7 [4, ü]");
  }

  @Test
  void quotesHoldDelimitersLineEndsAndQuotes() throws IOException {
    Path file = file("a,b\n\"1,\"\"5\",\"x\ny\r\nz\"\n5\" pipe,w\n");
    List<Row> rows = read(file, CSV);
    assertThat(rows.get(0).values()).containsExactly("1,\"5", "x\ny\nz");
    assertThat(rows.get(1).values()).containsExactly("5\" pipe", "w");
    assertThat(rows.get(1).line()).isEqualTo(5);
  }

  @Test
  void aRaggedRowIsRefusedAndTheOthersAreRead() throws IOException {
    assertThat(shown(read(file("a,b\n1\n1,2,3\n1,2\n"), CSV)))
        .containsExactly(
            "2 ! there are 1 fields, the header has 2",
            "3 ! there are 3 fields, the header has 2",
            "4 [1, 2]");
  }

  @Test
  void aQuoteThatIsNeverClosedSpoilsOnlyItsLine() throws IOException {
    assertThat(shown(read(file("a,b\n\"1,2\n3,4\n5,6\n"), CSV)))
        .containsExactly(
            "2 ! a quote is opened in this line and never closed", "3 [3, 4]", "4 [5, 6]");
    assertThat(shown(read(file("a,b\n\"1,2\n3,4\n\"5\",6\n"), CSV)))
        .containsExactly("2 ! a quote is opened in this line by mistake", "3 [3, 4]", "4 [5, 6]");
    assertThat(shown(read(file("a,b\n\"1\"x,2\n3,4\n"), CSV)).get(1)).isEqualTo("3 [3, 4]");
  }

  @Test
  void gb18030IsDetected() throws IOException {
    Path file = file("客户,动作\n1,登录\n".getBytes(Charset.forName("GB18030")));
    try (RowReader reader = RowReader.open(file, CSV)) {
      assertThat(reader.encoding()).isEqualTo(TextEncoding.GB18030);
      Row row = Objects.requireNonNull(reader.next());
      assertThat(row.value(reader.column("动作"))).isEqualTo("登录");
    }
  }

  @Test
  void aBrokenLineInAUtf8FileIsRefusedAndTheFileStaysUtf8() throws IOException {
    Path file =
        file(
            "a,b\n1,客户\n".getBytes(StandardCharsets.UTF_8),
            "2,caf\u00e9 x\n".getBytes(StandardCharsets.ISO_8859_1),
            "3,ü\n".getBytes(StandardCharsets.UTF_8));
    assertThat(shown(read(file, CSV)))
        .containsExactly("2 [1, 客户]", "3 ! the line is not UTF-8", "4 [3, ü]");
  }

  @Test
  void gzipIsReadWhateverTheFileIsCalled() throws IOException {
    assertThat(shown(read(file(gzip("a\n1\n"), gzip("2\n")), CSV)))
        .containsExactly("2 [1]", "3 [2]");
  }

  @Test
  void aTruncatedGzipIsReportedAfterTheRowsBeforeIt() throws IOException {
    StringBuilder text = new StringBuilder("a,b\n");
    for (int i = 0; i < 50_000; i++) {
      text.append(i).append(',').append(i * 7919 % 104_729).append('\n');
    }
    byte[] whole = gzip(text.toString());
    Path file = file(Arrays.copyOf(whole, whole.length / 2));
    try (RowReader reader = RowReader.open(file, CSV)) {
      assertThat(reader.next()).isNotNull();
      assertThatThrownBy(
              () -> {
                while (reader.next() != null) {
                  // On to the break.
                }
              })
          .isInstanceOf(UnusableFile.class)
          .hasMessageContaining("damaged or cut off after line")
          .hasMessageContaining("fetch it again");
    }
  }

  @Test
  void aLineBeyondAllMeasureIsRefusedWithoutKeepingIt() throws IOException {
    Path file = file("a,b\n" + "x".repeat(3 * LineReader.MAX_LINE) + "\n1,2\n");
    List<Row> rows = read(file, CSV);
    assertThat(rows.get(0).problem()).contains("longer than");
    assertThat(rows.get(0).raw()).hasSizeLessThan(300);
    assertThat(rows.get(1).values()).containsExactly("1", "2");
  }

  @Test
  void jsonLinesAreReadByName() throws IOException {
    Path file =
        file(
            "{\"a\":1.50,\"b\":{\"c\":[1]}}\nnot json\n{\"a\":1,\"a\":2}\n[1]\n"
                + "{\"b\":null}\n");
    RowFormat format = new RowFormat(RowFormat.Kind.JSONL, ',', true, null, null);
    try (RowReader reader = RowReader.open(file, format)) {
      int a = reader.column("a");
      int b = reader.column("b");
      List<Row> rows = new ArrayList<>();
      for (Row row = reader.next(); row != null; row = reader.next()) {
        rows.add(row);
      }
      assertThat(rows.get(0).value(a)).isEqualTo("1.50");
      assertThat(rows.get(0).value(b)).isEqualTo("{\"c\":[1]}");
      assertThat(rows.get(1).problem()).contains("not JSON");
      assertThat(rows.get(2).problem()).contains("Duplicate");
      assertThat(rows.get(3).problem()).contains("JSON object");
      assertThat(rows.get(4).value(a)).isEmpty();
    }
  }

  @Test
  void filesThatCannotBeUsedSayWhyAndWhatToDo() throws IOException {
    Path none = folder.resolve("none.csv");
    assertThatThrownBy(() -> read(none, CSV)).hasMessageContaining("check the path");
    assertThatThrownBy(() -> read(folder, CSV)).hasMessageContaining("is a folder");
    Path utf16 = file("a,b\n".getBytes(StandardCharsets.UTF_16));
    assertThatThrownBy(() -> read(utf16, CSV)).hasMessageContaining("UTF-16");
    Path empty = file("");
    assertThatThrownBy(() -> read(empty, CSV)).hasMessageContaining("header");
    Path twice = file("a,a\n1,2\n");
    assertThatThrownBy(() -> read(twice, CSV)).hasMessageContaining("two columns");
    try (RowReader reader = RowReader.open(file("a,b\n1,2\n"), CSV)) {
      assertThatThrownBy(() -> reader.column("c"))
          .isInstanceOf(UnusableFile.class)
          .hasMessageContaining("it has a, b");
    }
  }
}
