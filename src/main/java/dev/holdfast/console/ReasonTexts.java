package dev.holdfast.console;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says what beans and tables keep in English in the reader's language: reasons of a risk ({@code
 * words/reasons_zh.tsv}) and what rules, verdicts and incidents say ({@code
 * words/sentences_zh.tsv}). The files have for each form of sentence the same in Chinese; in it
 * {@code $1} is a part as it was, {@code {1}} the same in Chinese. A sentence of no known form
 * stays as it is.
 */
@ApplicationScoped
class ReasonTexts {

  private static final List<String> FILES =
      List.of("/words/reasons_zh.tsv", "/words/sentences_zh.tsv");

  /** Where one sentence ends and the next begins, and where two were put together. */
  private static final Pattern BETWEEN = Pattern.compile("(?<=[.]) (?=[A-Z])|; ");

  private record Form(Pattern english, String chinese) {}

  private final List<Form> forms = new ArrayList<>();

  ReasonTexts() {
    FILES.forEach(this::read);
  }

  private void read(String file) {
    try (InputStream in = ReasonTexts.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is not in the jar");
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] cells = line.split("\t", -1);
          // Anchored, for the words are filled in by a search of its own.
          forms.add(new Form(Pattern.compile("^(?:" + cells[0] + ")$"), cells[1]));
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

  /** The same in this language; of several sentences each, if all are known. */
  String in(Language language, String reason) {
    if (language == Language.ENGLISH) {
      return reason;
    }
    String whole = chinese(reason);
    if (whole != null) {
      return whole;
    }
    StringBuilder several = new StringBuilder();
    for (String part : BETWEEN.split(reason)) {
      String said = chinese(part);
      if (said == null) {
        return reason;
      }
      several.append(several.isEmpty() || several.toString().endsWith("。") ? "" : "；").append(said);
    }
    return several.toString();
  }

  private @Nullable String chinese(String sentence) {
    for (Form form : forms) {
      Matcher matcher = form.english().matcher(sentence);
      if (matcher.matches()) {
        MatchResult parts = matcher.toMatchResult();
        return units(withParts(matcher.replaceFirst(form.chinese()), parts));
      }
    }
    return null;
  }

  /** Parts that are sentences themselves. */
  private String withParts(String text, MatchResult english) {
    String said = text;
    for (int part = 1; part <= english.groupCount() && said.contains("{"); part++) {
      String words = english.group(part);
      said = said.replace("{" + part + "}", words == null ? "" : in(Language.CHINESE, words));
    }
    return said;
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
