package dev.holdfast.event;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Identity of an event: the first 16 bytes of SHA-256(source, 0, id). Orders events of equal {@code
 * occurredAt}, unsigned byte by byte, as MariaDB orders {@code BINARY(16)}.
 */
public final class EventKey implements Comparable<EventKey> {

  /** Length in bytes. */
  public static final int BYTES = 16;

  private static final String AS_ID = "key:";

  private final byte[] bytes;

  private EventKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The key of the event that {@code source} calls {@code id}. An id made by {@link #asId} is its
   * own key; senders cannot use such ids (see {@link EventJson}).
   */
  public static EventKey of(String source, String id) {
    if (isKeyAsId(id)) {
      return new EventKey(HexFormat.of().parseHex(id, AS_ID.length(), id.length()));
    }
    MessageDigest sha256 = sha256();
    sha256.update(source.getBytes(StandardCharsets.UTF_8));
    sha256.update((byte) 0);
    sha256.update(id.getBytes(StandardCharsets.UTF_8));
    return new EventKey(Arrays.copyOf(sha256.digest(), BYTES));
  }

  /**
   * A key as stored.
   *
   * @throws IllegalArgumentException unless there are 16 bytes
   */
  public static EventKey ofBytes(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("an event key has 16 bytes, not " + bytes.length);
    }
    return new EventKey(bytes.clone());
  }

  /** An id whose key is this key, for an event that is read back without its id. */
  public String asId() {
    return AS_ID + this;
  }

  /** True for ids in the form of {@link #asId}. */
  static boolean isKeyAsId(String id) {
    return id.length() == AS_ID.length() + 2 * BYTES
        && id.startsWith(AS_ID)
        && id.chars().skip(AS_ID.length()).allMatch(HexFormat::isHexDigit);
  }

  /** The 16 bytes, a copy. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public int compareTo(EventKey other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EventKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
