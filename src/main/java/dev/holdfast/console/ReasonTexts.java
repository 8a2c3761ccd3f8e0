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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says reasons in the reader's language. Models and tables keep them in English; the file {@code
 * words/reasons_zh.tsv} has for each form of sentence the same in Chinese. A sentence of no known
 * form stays as it is.
 */
@ApplicationScoped
class ReasonTexts {

  private static final String FILE = "/words/reasons_zh.tsv";

  private record Form(Pattern english, String chinese) {}

  private final List<Form> forms = new ArrayList<>();

  ReasonTexts() {
    try (InputStream in = ReasonTexts.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is not in the jar");
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] cells = line.split("\t", -1);
          forms.add(new Form(Pattern.compile(cells[0]), cells[1]));
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(FILE + " cannot be read", failure);
    }
  }

  /** The same reasons in this language. */
  List<String> in(Language language, List<String> reasons) {
    return reasons.stream().map(reason -> in(language, reason)).toList();
  }

  /** The same in this language. */
  String in(Language language, String reason) {
    if (language == Language.ENGLISH) {
      return reason;
    }
    for (Form form : forms) {
      Matcher matcher = form.english().matcher(reason);
      if (matcher.matches()) {
        return units(matcher.replaceFirst(form.chinese()));
      }
    }
    return reason;
  }

  /** Days and hours within a sentence. */
  private static String units(String text) {
    return text.replaceAll("([0-9.]+) days? of operation ?", "$1 个营业日")
        .replaceAll("([0-9.]+) days? ?", "$1 天")
        .replaceAll("([0-9.]+) hours? ?", "$1 小时");
  }
}
