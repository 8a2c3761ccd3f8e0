package dev.holdfast.event.file;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The two encodings of files, read strictly. */
public enum TextEncoding {
  UTF_8("UTF-8", StandardCharsets.UTF_8),
  GB18030("GB18030", Charset.forName("GB18030"));

  private static final char REPLACEMENT = '\uFFFD';

  private final String label;
  private final Charset charset;

  TextEncoding(String label, Charset charset) {
    this.label = label;
    this.charset = charset;
  }

  /** The name shown to people. */
  public String label() {
    return label;
  }

  /**
   * Reads a name from a map.
   *
   * @return null for {@code auto}
   * @throws IllegalArgumentException if there is no such encoding
   */
  static @Nullable TextEncoding of(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "auto" -> null;
      case "utf-8" -> UTF_8;
      case "gb18030", "gbk", "gb2312" -> GB18030;
      default ->
          throw new IllegalArgumentException(
              "encoding must be auto, utf-8 or gb18030, was \"" + name + "\"");
    };
  }

  /** The text, or null if the bytes are not in this encoding. */
  @Nullable String decode(byte[] bytes, int from, int to) {
    String text = new String(bytes, from, to - from, charset);
    if (text.indexOf(REPLACEMENT) < 0) {
      return text;
    }
    try {
      return charset
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, from, to - from))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** The text with a mark for each byte that cannot be read, for showing it to people. */
  String decodeLeniently(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, charset);
  }
}
