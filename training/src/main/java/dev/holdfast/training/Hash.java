package dev.holdfast.training;

/** Scatters ids evenly and for good: folds and offsets must not change between runs. */
final class Hash {

  private Hash() {}

  /** The finaliser of SplitMix64. */
  static long of(long id) {
    long z = id + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
