package dev.holdfast.console;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the pages. */
@ConfigMapping(prefix = "holdfast.console")
interface ConsoleConfig {

  /**
   * How long a page is told of changes by one connection. Then the browser comes again by itself,
   * and must still be signed in.
   */
  @WithDefault("10M")
  Duration liveFor();
}
