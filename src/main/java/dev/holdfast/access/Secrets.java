package dev.holdfast.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** Random secrets and their digests. */
final class Secrets {

  private static final SecureRandom RANDOM = new SecureRandom();

  /** No letters that are mistaken for others when read from a screen. */
  private static final String READABLE = "abcdefghjkmnpqrstuvwxyz23456789";

  private static final int GROUPS = 5;
  private static final int GROUP_LENGTH = 4;

  private Secrets() {}

  /** A password for people: 20 letters and digits in groups, 99 random bits. */
  static String readable() {
    var password = new StringBuilder();
    for (int group = 0; group < GROUPS; group++) {
      password.append(group == 0 ? "" : "-").append(letters(GROUP_LENGTH));
    }
    return password.toString();
  }

  /** {@code length} random letters and digits of the readable kind. */
  static String letters(int length) {
    var letters = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      letters.append(READABLE.charAt(RANDOM.nextInt(READABLE.length())));
    }
    return letters.toString();
  }

  /** {@code bytes} random bytes in the alphabet of URLs. */
  static String token(int bytes) {
    byte[] random = bytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  static byte[] bytes(int count) {
    byte[] random = new byte[count];
    RANDOM.nextBytes(random);
    return random;
  }

  static byte[] sha256(byte[] salt, String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(salt);
      return digest.digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
