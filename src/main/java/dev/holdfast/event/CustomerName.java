package dev.holdfast.event;

/**
 * External name of a customer, written {@code namespace:value}. The value may contain colons.
 *
 * @param namespace 1 to 40 letters, digits, {@code _ . -}
 * @param value 1 to 160 characters, no control characters, no blank at either end; at most 200 with
 *     the namespace and the colon
 */
public record CustomerName(String namespace, String value) {

  private static final int MAX_NAMESPACE = 40;
  private static final int MAX_VALUE = 160;
  private static final int MAX_WHOLE = 200;

  public CustomerName {
    if (namespace.isEmpty()
        || namespace.length() > MAX_NAMESPACE
        || !isPlain(namespace, namespace.length())) {
      throw new IllegalArgumentException(
          "the namespace of a customer must have 1 to 40 letters, digits, _ . or -, was \""
              + shortened(namespace)
              + "\"");
    }
    if (value.isEmpty()
        || value.length() > MAX_VALUE
        || !value.equals(value.strip())
        || value.chars().anyMatch(Character::isISOControl)
        || !Utf8.isEncodable(value)) {
      throw new IllegalArgumentException(
          "the value of a customer's name must have 1 to 160 characters without control"
              + " characters or blanks at its ends, was \""
              + shortened(value)
              + "\"");
    }
    if (namespace.length() + 1 + value.length() > MAX_WHOLE) {
      throw new IllegalArgumentException(
          "the name of a customer must have at most 200 characters with its namespace, was \""
              + shortened(namespace + ":" + value)
              + "\"");
    }
  }

  /**
   * Reads {@code namespace:value}.
   *
   * @throws IllegalArgumentException if it is not one; the message says why
   */
  public static CustomerName of(String name) {
    int colon = name.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(
          "a customer is named namespace:value, for example crm:4711, was \""
              + shortened(name)
              + "\"");
    }
    return new CustomerName(name.substring(0, colon), name.substring(colon + 1));
  }

  /**
   * True if the text certainly is a name, so that {@link #of} gives it back unchanged. False says
   * nothing.
   */
  static boolean isOrdinary(String name) {
    int colon = name.indexOf(':');
    int length = name.length();
    if (colon < 1 || colon > MAX_NAMESPACE || length > MAX_WHOLE) {
      return false;
    }
    int value = length - colon - 1;
    return value >= 1
        && value <= MAX_VALUE
        && !Character.isWhitespace(name.charAt(colon + 1))
        && isPlain(name, colon)
        && Utf8.isVisible(name);
  }

  @Override
  public String toString() {
    return namespace + ":" + value;
  }

  private static boolean isPlain(String text, int length) {
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '_'
              || c == '.'
              || c == '-';
      if (!plain) {
        return false;
      }
    }
    return true;
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
