package dev.holdfast.campaign;

import dev.holdfast.campaign.CallLists.Call;
import dev.holdfast.campaign.CallLists.CallList;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A call list as a workbook of one sheet, row by row into the stream. Texts are cells of type text,
 * so that names and phones stay as they are and nothing runs as a formula.
 *
 * @see <a href="https://ecma-international.org/publications-and-standards/standards/ecma-376/">
 *     ECMA-376, SpreadsheetML</a>
 */
final class CallListXlsx {

  static final String TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

  private static final String HEAD =
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
  private static final String MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  private static final String OFFICE =
      "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  private static final String PACKAGE =
      "http://schemas.openxmlformats.org/package/2006/relationships";
  private static final String KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.";

  /** What a cell may hold at most. */
  private static final int LONGEST = 32_767;

  /** The fixed parts of a workbook with one sheet; style 1 is text. */
  private static final Map<String, String> PARTS =
      Map.of(
          "[Content_Types].xml",
          "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
              + "<Default Extension=\"rels\""
              + " ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
              + "<Override PartName=\"/xl/workbook.xml\" ContentType=\""
              + KIND
              + "sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\""
              + KIND
              + "worksheet+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\""
              + KIND
              + "styles+xml\"/></Types>",
          "_rels/.rels",
          "<Relationships xmlns=\""
              + PACKAGE
              + "\"><Relationship Id=\"rId1\" Type=\""
              + OFFICE
              + "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
          "xl/workbook.xml",
          "<workbook xmlns=\""
              + MAIN
              + "\" xmlns:r=\""
              + OFFICE
              + "\"><sheets><sheet name=\"calls\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
          "xl/_rels/workbook.xml.rels",
          "<Relationships xmlns=\""
              + PACKAGE
              + "\"><Relationship Id=\"rId1\" Type=\""
              + OFFICE
              + "/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\""
              + OFFICE
              + "/styles\" Target=\"styles.xml\"/></Relationships>",
          "xl/styles.xml",
          "<styleSheet xmlns=\""
              + MAIN
              + "\"><fonts count=\"1\"><font/></fonts><fills count=\"1\"><fill/></fills>"
              + "<borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/>"
              + "</cellStyleXfs><cellXfs count=\"2\"><xf/>"
              + "<xf numFmtId=\"49\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>");

  private CallListXlsx() {}

  /** Writes the workbook and leaves the stream open. */
  static void write(CallList list, OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
    for (Map.Entry<String, String> part : PARTS.entrySet()) {
      zip.putNextEntry(new ZipEntry(part.getKey()));
      zip.write((HEAD + part.getValue()).getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
    }
    zip.putNextEntry(new ZipEntry("xl/worksheets/sheet1.xml"));
    Writer sheet = new BufferedWriter(new OutputStreamWriter(zip, StandardCharsets.UTF_8));
    sheet.write(HEAD + "<worksheet xmlns=\"" + MAIN + "\"><sheetData><row>");
    for (String column : CallListCsv.COLUMNS) {
      text(sheet, column);
    }
    sheet.write("</row>");
    for (Call call : list.calls()) {
      row(sheet, call);
    }
    sheet.write("</sheetData></worksheet>");
    sheet.flush();
    zip.closeEntry();
    zip.finish();
  }

  private static void row(Writer sheet, Call call) throws IOException {
    sheet.write("<row>");
    number(sheet, "%d", call.rank());
    number(sheet, "%d", call.taskId());
    text(sheet, call.customer());
    text(sheet, call.name() == null ? "" : call.name());
    text(sheet, call.phone() == null ? "" : call.phone());
    number(sheet, "%.4f", call.risk());
    number(sheet, "%.2f", call.expectedGain());
    List<String> reasons = call.reasons();
    for (int i = 0; i < CallListCsv.REASONS; i++) {
      text(sheet, i < reasons.size() ? reasons.get(i) : "");
    }
    text(sheet, call.zone() == null ? "" : call.zone());
    text(sheet, call.since().toString());
    text(sheet, call.callFrom() == null ? "" : call.callFrom().toString());
    text(sheet, call.exploration() ? "yes" : "");
    text(sheet, call.offer() == null ? "" : call.offer());
    sheet.write("</row>");
  }

  private static void number(Writer sheet, String format, Object value) throws IOException {
    sheet.write("<c><v>" + String.format(Locale.ROOT, format, value) + "</v></c>");
  }

  private static void text(Writer sheet, String value) throws IOException {
    sheet.write("<c t=\"inlineStr\" s=\"1\"><is><t xml:space=\"preserve\">");
    value
        .codePoints()
        .limit(LONGEST / 2)
        .filter(CallListXlsx::inXml)
        .forEach(point -> write(sheet, point));
    sheet.write("</t></is></c>");
  }

  private static void write(Writer sheet, int point) {
    try {
      switch (point) {
        case '<' -> sheet.write("&lt;");
        case '>' -> sheet.write("&gt;");
        case '&' -> sheet.write("&amp;");
        // A reader of XML would make a line feed of it.
        case '\r' -> sheet.write("&#13;");
        default -> sheet.write(Character.toChars(point));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** What XML 1.0 can carry at all. */
  private static boolean inXml(int point) {
    return point == '\t'
        || point == '\n'
        || point == '\r'
        || (point >= 0x20 && point <= 0xD7FF)
        || (point >= 0xE000 && point <= 0xFFFD)
        || point >= 0x10000;
  }
}
