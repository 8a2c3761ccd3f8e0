package dev.holdfast.cli;

/** Who acts, for the audit, when somebody uses the command line. */
final class Actor {

  private Actor() {}

  /** {@code cli:} and the name of the operating system's user. */
  static String name() {
    return "cli:" + System.getProperty("user.name");
  }
}
