package dev.holdfast.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.holdfast.campaign.CallLists.Call;
import dev.holdfast.campaign.CallLists.CallList;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class CallListFilesTest {

  private static final Instant NOW = Instant.parse("2026-05-04T09:00:00Z");

  private static final int OFFER = CallListCsv.COLUMNS.indexOf("offer");

  @Test
  void chineseAndPhonesSurviveASpreadsheet() throws IOException {
    String file = csv(list("王小明", "+8613800138000"));

    assertThat(file).startsWith("\uFEFF");
    CsvRecord row = CsvReader.builder().ofCsvRecord(file.substring(1)).stream().toList().get(1);
    assertThat(row.getField(3)).isEqualTo("王小明");
    assertThat(row.getField(4)).isEqualTo("'+8613800138000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"})
  void noTextRunsAsAFormula(String hostile) throws IOException {
    String file = csv(list(hostile, "+8613800138000"));

    CsvRecord row = CsvReader.builder().ofCsvRecord(file.substring(1)).stream().toList().get(1);
    assertThat(row.getField(3)).isEqualTo("'" + hostile);
    assertThat(row.getField(OFFER)).isEqualTo("'" + hostile);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"王小明", "=1+1", "+8613800138000", "a<b>&\"c\"", "two\r\nlines", " blanks ", "𠮷野家"})
  void aWorkbookKeepsEveryTextAsItIs(String text) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CallListXlsx.write(list(text, "+8613800138000"), out);

    List<String> row = rows(out.toByteArray()).get(1);
    assertThat(row).hasSameSizeAs(CallListCsv.COLUMNS);
    assertThat(row.get(3)).isEqualTo(text);
    assertThat(row.get(OFFER)).isEqualTo(text);
    assertThat(row.get(4)).isEqualTo("+8613800138000");
    assertThat(row.get(5)).isEqualTo("0.7100");
  }

  @Test
  void whatXmlCannotCarryIsLeftOut() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CallListXlsx.write(list("a\0b\uD800c\u0007", "+86"), out);

    assertThat(rows(out.toByteArray()).get(1).get(3)).isEqualTo("abc");
  }

  /**
   * The cells of the sheet as a reader of XML sees them; every text must be a cell of type text.
   */
  private static List<List<String>> rows(byte[] workbook) throws Exception {
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(workbook))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Document xml =
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(zip.readAllBytes()));
        if (entry.getName().equals("xl/worksheets/sheet1.xml")) {
          List<List<String>> rows = new ArrayList<>();
          NodeList all = xml.getElementsByTagName("row");
          for (int i = 0; i < all.getLength(); i++) {
            List<String> cells = new ArrayList<>();
            NodeList ofRow = ((Element) all.item(i)).getElementsByTagName("c");
            for (int j = 0; j < ofRow.getLength(); j++) {
              Element cell = (Element) ofRow.item(j);
              boolean text = cell.getAttribute("t").equals("inlineStr");
              assertThat(cell.getElementsByTagName(text ? "t" : "v").getLength()).isEqualTo(1);
              cells.add(cell.getTextContent());
            }
            rows.add(cells);
          }
          return rows;
        }
      }
    }
    throw new AssertionError("there is no sheet");
  }

  private static String csv(CallList list) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CallListCsv.write(list, out);
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The name is the offer too. */
  private static CallList list(String name, String phone) {
    Call call =
        new Call(
            1,
            7,
            "crm:1",
            name,
            phone,
            0.71,
            36.3,
            List.of("no use for 12 days"),
            "Asia/Shanghai",
            NOW,
            null,
            false,
            1,
            EffectFrom.PRIOR,
            name);
    return new CallList(1, "spring", NOW, List.of(call), 480, 8, 1, Map.of(), 0, 0);
  }
}
