package dev.holdfast.platform;

/**
 * A message to be sent once the caller's transaction has committed.
 *
 * @param topic one of {@link Topics}
 * @param key messages of one key keep their order; 1 to 200 characters
 * @param type what happened, past tense, e.g. {@code task-opened}; 1 to 100 characters
 * @param payload written as JSON
 */
public record OutboxMessage(String topic, String key, String type, Object payload) {

  public OutboxMessage {
    requireLength("topic", topic, 100);
    requireLength("key", key, 200);
    requireLength("type", type, 100);
  }

  private static void requireLength(String field, String value, int max) {
    if (value.isBlank() || value.length() > max) {
      throw new IllegalArgumentException(
          field + " must have 1 to " + max + " characters, had " + value.length());
    }
  }
}
