package dev.holdfast.warning;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/**
 * The mail server, as {@code holdfast.mail.*}. Without a host no message is written and none is
 * sent.
 */
@ConfigMapping(prefix = "holdfast.mail")
interface MailConfig {

  /** The server that takes our mail; without it there are no messages. */
  Optional<String> host();

  /** Its port. */
  @WithDefault("25")
  int port();

  /** By what name we greet the server; without it, what the name service calls this machine. */
  Optional<String> greeting();

  /** The sender of our mail. */
  @WithDefault("holdfast@localhost")
  String from();

  /** For signing in; empty for none. */
  Optional<String> username();

  /** For signing in; from the environment. */
  Optional<String> password();

  /** Whether a plain connection is made secure: {@code DISABLED, OPTIONAL, REQUIRED}. */
  @WithDefault("OPTIONAL")
  String startTls();

  /** Whether the connection is secure from the start. */
  @WithDefault("false")
  boolean tls();

  /** So long the server may take for one message. */
  @WithDefault("20S")
  Duration patience();
}
