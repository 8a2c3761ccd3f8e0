package dev.holdfast.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The texts of the pages in one language. A key is {@code area_name}; its text is in {@code
 * words/AREA_LANGUAGE.properties} and may have places {@code {0}}, {@code {1}} for arguments. The
 * form for one has the key {@code area_name_one}.
 */
public final class Words {

  private static final Map<String, Properties> FILES = new ConcurrentHashMap<>();

  private final Language language;

  Words(Language language) {
    this.language = language;
  }

  /**
   * A text.
   *
   * @throws IllegalArgumentException if there is none of this key
   */
  public String of(String key, @Nullable Object... arguments) {
    String text = textOf(key);
    if (text == null) {
      throw new IllegalArgumentException("no words for " + key + " in " + language.tag());
    }
    for (int i = 0; i < arguments.length; i++) {
      text = text.replace("{" + i + "}", String.valueOf(arguments[i]));
    }
    return text;
  }

  /** A text about {@code n} things, which is its first argument. */
  public String count(String key, long n, @Nullable Object... others) {
    Object[] arguments = new Object[others.length + 1];
    arguments[0] = String.format(language.locale(), "%,d", n);
    System.arraycopy(others, 0, arguments, 1, others.length);
    boolean one = n == 1 && textOf(key + "_one") != null;
    return of(one ? key + "_one" : key, arguments);
  }

  /** The text of a word of the API, such as a state: {@code area_word}; itself if there is none. */
  public String named(String area, String word) {
    String text = textOf(area + "_" + word.replace('-', '_'));
    return text == null ? word : text;
  }

  private @Nullable String textOf(String key) {
    int end = key.indexOf('_');
    String area = end < 0 ? key : key.substring(0, end);
    return FILES
        .computeIfAbsent(area + "_" + language.tag(), Words::read)
        .getProperty(end < 0 ? "" : key.substring(end + 1));
  }

  private static Properties read(String file) {
    Properties texts = new Properties();
    try (InputStream in = Words.class.getResourceAsStream("/words/" + file + ".properties")) {
      if (in != null) {
        texts.load(new InputStreamReader(in, StandardCharsets.UTF_8));
      }
    } catch (IOException failure) {
      throw new IllegalStateException("the words of " + file + " cannot be read", failure);
    }
    return texts;
  }
}
