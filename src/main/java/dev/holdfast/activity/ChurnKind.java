package dev.holdfast.activity;

/** What a deployment calls churn. */
public enum ChurnKind {
  /** No use for the whole horizon. */
  SILENCE("silence"),
  /** The contract ended by the customer's wish, or ran out and was not renewed. */
  CONTRACT_END("contract-end");

  private final String word;

  ChurnKind(String word) {
    this.word = word;
  }

  /** The word in files. */
  public String word() {
    return word;
  }

  /**
   * Reads the word.
   *
   * @throws IllegalArgumentException if there is no such kind
   */
  public static ChurnKind of(String word) {
    for (ChurnKind kind : values()) {
      if (kind.word.equals(word)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "the kind of churn must be silence or contract-end, was \"" + word + "\"");
  }
}
