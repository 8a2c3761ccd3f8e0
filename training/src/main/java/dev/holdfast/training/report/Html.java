package dev.holdfast.training.report;

import java.util.List;

/**
 * Writes markup that a browser and an XML parser read alike. Text is escaped here and nowhere else;
 * what comes in as {@link Markup} was made by the report itself.
 */
final class Html {

  /** Markup that is safe because we wrote it. */
  record Markup(String value) {}

  private final StringBuilder out = new StringBuilder();

  /** Escapes text for content and quoted attributes; what XML cannot hold becomes a mark. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(allowed(c) ? c : 0xFFFD);
              }
            });
    return escaped.toString();
  }

  private static boolean allowed(int c) {
    // Marks that turn the direction of writing could make a page say something else.
    boolean turns = c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069;
    boolean control = c < 0x20 && c != '\t' && c != '\n' && c != '\r' || c >= 0x7F && c <= 0x9F;
    boolean surrogate = c >= 0xD800 && c <= 0xDFFF;
    return !turns && !control && !surrogate && c != 0xFFFE && c != 0xFFFF;
  }

  static Markup text(String text) {
    return new Markup(escape(text));
  }

  Html add(Markup markup) {
    out.append(markup.value());
    return this;
  }

  Html add(String markup) {
    out.append(markup);
    return this;
  }

  /** An element that holds text. */
  Html element(String tag, String text) {
    out.append('<').append(tag).append('>').append(escape(text)).append("</").append(tag);
    out.append(">\n");
    return this;
  }

  Html heading(String text) {
    return element("h3", text);
  }

  Html paragraph(String text) {
    return element("p", text);
  }

  /** What the reader should take from the section, before its figures. */
  Html lead(String text) {
    out.append("<p class=\"lead\">").append(escape(text)).append("</p>\n");
    return this;
  }

  /** A drawing with its name and the sentence that says how to read it. */
  Html figure(String name, String howToRead, Markup drawing, List<String> legend) {
    out.append("<figure><figcaption><strong>").append(escape(name)).append("</strong> ");
    out.append(escape(howToRead)).append("</figcaption>\n").append(drawing.value());
    if (!legend.isEmpty()) {
      out.append("<ul class=\"legend\">");
      for (int i = 0; i < legend.size(); i++) {
        out.append(
            "<li><svg viewBox=\"0 0 28 10\" width=\"28\" height=\"10\" aria-hidden=\"true\">");
        out.append("<path class=\"line s").append(i).append("\" d=\"M1 5H27\"/></svg>");
        out.append(escape(legend.get(i))).append("</li>");
      }
      out.append("</ul>\n");
    }
    out.append("</figure>\n");
    return this;
  }

  /**
   * A table that scrolls within itself where the screen is narrow.
   *
   * @param columns a letter for each: {@code w} holds words, {@code n} numbers
   */
  Html table(String columns, List<String> head, List<List<Markup>> rows) {
    out.append("<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>");
    for (int c = 0; c < head.size(); c++) {
      out.append(columns.charAt(c) == 'w' ? "<th>" : "<th class=\"n\">");
      out.append(escape(head.get(c))).append("</th>");
    }
    out.append("</tr></thead><tbody>\n");
    for (List<Markup> row : rows) {
      out.append("<tr>");
      for (int c = 0; c < row.size(); c++) {
        String tag = c == 0 ? "th" : "td";
        out.append('<').append(tag).append(columns.charAt(c) == 'w' ? ">" : " class=\"n\">");
        out.append(row.get(c).value()).append("</").append(tag).append('>');
      }
      out.append("</tr>\n");
    }
    out.append("</tbody></table></div>\n");
    return this;
  }

  /** Names and values. */
  Html entries(List<ReportFacts.Entry> entries) {
    out.append("<dl>");
    for (ReportFacts.Entry entry : entries) {
      out.append("<div><dt>").append(escape(entry.name())).append("</dt><dd>");
      out.append(escape(entry.value())).append("</dd></div>\n");
    }
    out.append("</dl>\n");
    return this;
  }

  Markup markup() {
    return new Markup(out.toString());
  }
}
