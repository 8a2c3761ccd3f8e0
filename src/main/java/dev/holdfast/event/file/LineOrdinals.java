package dev.holdfast.event.file;

import java.nio.charset.StandardCharsets;

/**
 * How often the same line came before, by 64-bit hashes: 12 bytes a line and a little air. Two
 * different lines with the same hash share their count, which is harmless, because their texts are
 * part of the ids too.
 */
final class LineOrdinals {

  private static final double FULL = 0.7;

  private long[] hashes = new long[1 << 12];
  private int[] counts = new int[1 << 12];
  private int used;

  /** How many lines like this one were asked for before. */
  int next(String line) {
    if (used > FULL * hashes.length) {
      grow();
    }
    long hash = hash(line);
    int slot = slot(hashes, counts, hash);
    if (counts[slot] == 0) {
      hashes[slot] = hash;
      used++;
    }
    return counts[slot]++;
  }

  private void grow() {
    long[] oldHashes = hashes;
    int[] oldCounts = counts;
    hashes = new long[oldHashes.length * 2];
    counts = new int[oldHashes.length * 2];
    for (int i = 0; i < oldHashes.length; i++) {
      if (oldCounts[i] > 0) {
        int slot = slot(hashes, counts, oldHashes[i]);
        hashes[slot] = oldHashes[i];
        counts[slot] = oldCounts[i];
      }
    }
  }

  private static int slot(long[] hashes, int[] counts, long hash) {
    int mask = hashes.length - 1;
    int slot = (int) (hash ^ (hash >>> 32)) & mask;
    while (counts[slot] > 0 && hashes[slot] != hash) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** FNV-1a over the UTF-8 bytes, mixed once more, because neighbouring lines differ little. */
  private static long hash(String line) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : line.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ b) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    return hash ^ (hash >>> 33);
  }
}
