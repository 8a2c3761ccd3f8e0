package dev.holdfast.console;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says what beans and tables keep in English in the reader's language: reasons of a risk ({@code
 * words/reasons_zh.tsv}) and what rules, verdicts, refusals and incidents say ({@code
 * words/sentences_zh.tsv}; {@code words/sentences_en.tsv} where English people read words in place
 * of names, too).
 *
 * <p>The files have for each form of sentence the same in the language; in it {@code $1} is a part
 * as it was, <code>{1}</code> the same part said in the language, <code>{area:1}</code> a name of
 * the API, or several with commas between, in the words of that area, and <code>{values:1}</code>
 * the key of a segment in words. A sentence of no known form stays as it is.
 */
@ApplicationScoped
class ReasonTexts {

  private static final Map<Language, List<String>> FILES =
      Map.of(
          Language.ENGLISH,
          List.of("/words/sentences_en.tsv"),
          Language.CHINESE,
          List.of("/words/reasons_zh.tsv", "/words/sentences_zh.tsv"));

  /** Where one sentence ends and the next begins, and then where two were put together. */
  private static final List<Pattern> BETWEEN =
      List.of(Pattern.compile("(?<=[.]) (?=[A-Z0-9])"), Pattern.compile("; "));

  private static final Pattern PLACE = Pattern.compile("\\$(\\d)|\\{(?:([a-z]+):)?(\\d)}");

  /** A name at the beginning of a part of a list. */
  private static final Pattern NAME = Pattern.compile("(?<=^|, )[\\w.*-]+");

  private static final String VALUES = "values";

  private record Form(Pattern english, String said) {}

  private final Map<Language, List<Form>> forms = new EnumMap<>(Language.class);
  private final Map<Language, Words> words = new EnumMap<>(Language.class);

  ReasonTexts() {
    for (Language language : Language.values()) {
      List<Form> known = new ArrayList<>();
      FILES.getOrDefault(language, List.of()).forEach(file -> read(file, known));
      forms.put(language, known);
      words.put(language, new Words(language));
    }
  }

  private static void read(String file, List<Form> into) {
    try (InputStream in = ReasonTexts.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is not in the jar");
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] cells = line.split("\t", -1);
          into.add(new Form(Pattern.compile(cells[0]), cells[1]));
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(file + " cannot be read", failure);
    }
  }

  /** The same reasons in this language. */
  List<String> in(Language language, List<String> reasons) {
    return reasons.stream().map(reason -> in(language, reason)).toList();
  }

  /** The same in this language; of several sentences in Chinese each, if all are known. */
  String in(Language language, String reason) {
    String said = said(language, reason, 0);
    return said == null ? reason : said;
  }

  /**
   * A text, or its pieces.
   *
   * @param level of {@link #BETWEEN} at which a text of no known form is taken apart
   * @return null if a piece cannot be said in the language
   */
  private @Nullable String said(Language language, String text, int level) {
    String whole = said(language, text);
    if (whole != null) {
      return whole;
    }
    if (level == BETWEEN.size()) {
      return language == Language.ENGLISH ? text : null;
    }
    StringBuilder several = new StringBuilder();
    Matcher between = BETWEEN.get(level).matcher(text);
    int from = 0;
    boolean more = true;
    while (more) {
      more = between.find();
      String piece =
          said(language, text.substring(from, more ? between.start() : text.length()), level + 1);
      if (piece == null) {
        return null;
      }
      several.append(piece);
      if (more) {
        several.append(
            language == Language.ENGLISH ? between.group() : piece.endsWith("。") ? "" : "；");
        from = between.end();
      }
    }
    return several.toString();
  }

  private @Nullable String said(Language language, String sentence) {
    for (Form form : forms.getOrDefault(language, List.of())) {
      Matcher matcher = form.english().matcher(sentence);
      if (matcher.matches()) {
        String said = filled(language, form.said(), matcher);
        return language == Language.CHINESE ? units(said) : said;
      }
    }
    return null;
  }

  /** In one pass, so that nothing which stands in a part is taken for a place. */
  private String filled(Language language, String form, Matcher parts) {
    return PLACE
        .matcher(form)
        .replaceAll(
            place ->
                Matcher.quoteReplacement(
                    place.group(1) != null
                        ? part(parts, place.group(1))
                        : named(language, place.group(2), part(parts, place.group(3)))));
  }

  private static String part(Matcher parts, String number) {
    String part = parts.group(Integer.parseInt(number));
    return part == null ? "" : part;
  }

  private String named(Language language, @Nullable String area, String part) {
    Words own = words.getOrDefault(language, new Words(language));
    if (area == null) {
      return in(language, part);
    }
    if (area.equals(VALUES)) {
      return Subjects.values(own, part);
    }
    String named =
        NAME.matcher(part)
            .replaceAll(name -> Matcher.quoteReplacement(own.named(area, name.group())));
    return named.replace(", ", own.of("shell_comma"));
  }

  /** The language of what {@link #in} says: English on a Chinese page, if it stayed so. */
  Language languageOf(Language page, String sentence) {
    boolean chinese =
        in(page, sentence)
            .codePoints()
            .anyMatch(one -> Character.UnicodeScript.of(one) == Character.UnicodeScript.HAN);
    return chinese ? page : Language.ENGLISH;
  }

  /** Days, hours and percent within a sentence. */
  private static String units(String text) {
    return text.replaceAll("([0-9.]+) days? of operation ?", "$1 个营业日")
        .replaceAll("([0-9.]+) days? ?", "$1 天")
        .replaceAll("([0-9.]+) hours? ?", "$1 小时")
        .replaceAll("([0-9.]+) %", "$1%");
  }
}
