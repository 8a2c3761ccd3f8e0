package dev.holdfast.event.file;

/**
 * A file, map or column that cannot be used at all; the message is one line with what is wrong and
 * the remedy.
 */
public final class UnusableFile extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnusableFile(String message) {
    super(message);
  }

  public UnusableFile(String message, Throwable cause) {
    super(message, cause);
  }

  /** The line to print. */
  public String line() {
    return String.valueOf(getMessage());
  }
}
