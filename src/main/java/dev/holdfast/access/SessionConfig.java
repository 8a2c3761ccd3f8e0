package dev.holdfast.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMin;
import java.time.Duration;

/** How long a browser stays signed in, and how often a password may be guessed. */
@ConfigMapping(prefix = "holdfast.session")
interface SessionConfig {

  /** Without a request for so long, a session is over. */
  @WithDefault("4H")
  Duration idle();

  /** However busy, a session is over after this. */
  @WithDefault("14H")
  Duration longest();

  /** Sign-ins that may fail for one user name at once. */
  @WithDefault("10")
  @DecimalMin("1")
  double guesses();

  /** Further ones a second in the long run. */
  @WithDefault("0.05")
  @DecimalMin("0.0001")
  double guessesPerSecond();
}
