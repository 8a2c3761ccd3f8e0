package dev.holdfast.console;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what a Chinese page says in English: three English words in a row, a name of the code such
 * as {@code n_events}, or two words of what the page itself marks as English. Left alone is what
 * stands in code, fields and keys, what is quoted, and what people wrote, which is marked by {@code
 * translate="no"}.
 */
final class LeftInEnglish {

  private static final Pattern PIECE =
      Pattern.compile(
          "<!--.*?-->|<!DOCTYPE[^>]*>|<(/?)([A-Za-z][\\w-]*)"
              + "((?:\\s+[^\\s=>/]+(?:=\"[^\"]*\"|='[^']*'|=[^\\s>]+)?)*)\\s*(/?)>",
          Pattern.DOTALL);
  private static final Pattern ATTRIBUTE = Pattern.compile("([\\w-]+)=\"([^\"]*)\"");
  private static final String WORD = "[A-Za-z][A-Za-z'\u2019]*";
  private static final Pattern THREE = Pattern.compile(WORD + "(?:,? " + WORD + "){2,}");
  private static final Pattern TWO = Pattern.compile(WORD + ",? " + WORD);
  private static final Pattern NAME =
      Pattern.compile("(?<![\\w.])[a-z]+\\d*(?:_[a-z0-9]+)+(?![\\w.])");
  private static final Set<String> EMPTY =
      Set.of("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr");
  private static final Set<String> NO_PROSE =
      Set.of("code", "kbd", "pre", "script", "style", "textarea", "title");
  private static final Set<String> SAID =
      Set.of("alt", "aria-label", "data-ask", "data-head", "placeholder");

  /** Names that hints give as examples of what is typed. */
  private static final Set<String> TYPED = Set.of("contract_end", "open_complaints");

  private record Open(String tag, boolean silent, boolean english) {}

  private LeftInEnglish() {}

  /**
   * What is left.
   *
   * @param page a whole page, well-formed
   * @param written what people wrote where it stands within words of ours
   */
  static List<String> of(String page, Collection<String> written) {
    List<String> left = new ArrayList<>();
    Deque<Open> open = new ArrayDeque<>();
    open.push(new Open("", false, false));
    Matcher piece = PIECE.matcher(page);
    int from = 0;
    while (piece.find()) {
      Open around = open.element();
      judge(page.substring(from, piece.start()), around, written, left);
      from = piece.end();
      String name = piece.group(2);
      if (name == null) {
        continue;
      }
      String tag = name.toLowerCase(Locale.ROOT);
      if (!piece.group(1).isEmpty()) {
        if (open.stream().anyMatch(one -> one.tag().equals(tag))) {
          while (!open.pop().tag().equals(tag)) {
            // What was opened within it and needs no end.
          }
        }
        continue;
      }
      Open inside = inside(tag, piece.group(3), around);
      if (!inside.silent()) {
        Matcher attribute = ATTRIBUTE.matcher(piece.group(3));
        while (attribute.find()) {
          if (SAID.contains(attribute.group(1))) {
            judge(attribute.group(2), inside, written, left);
          }
        }
      }
      if (!EMPTY.contains(tag) && piece.group(4).isEmpty()) {
        open.push(inside);
      }
    }
    return left;
  }

  private static Open inside(String tag, String attributes, Open around) {
    boolean english = around.english();
    boolean silent = around.silent() || NO_PROSE.contains(tag);
    Matcher attribute = ATTRIBUTE.matcher(attributes);
    while (attribute.find()) {
      if (attribute.group(1).equals("lang")) {
        english = attribute.group(2).equals("en");
      } else if (attribute.group(1).equals("translate")) {
        silent |= attribute.group(2).equals("no");
      }
    }
    return new Open(tag, silent, english);
  }

  private static void judge(
      String html, Open around, Collection<String> written, List<String> left) {
    if (around.silent() || html.isBlank()) {
      return;
    }
    // Between these marks the Chinese forms quote what somebody sent.
    String text =
        html.replaceAll("\u201c[^\u201d]*\u201d", "")
            .replace("&#39;", "'")
            .replaceAll("&[a-z#0-9]+;", " ");
    for (String one : written) {
      text = text.replace(one, "");
    }
    for (String one : TYPED) {
      text = text.replace(one, "");
    }
    if ((around.english() ? TWO : THREE).matcher(text).find() || NAME.matcher(text).find()) {
      left.add(html.strip());
    }
  }
}
