package dev.holdfast.event;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;

/** Settings of the intake. */
@ConfigMapping(prefix = "holdfast.events")
public interface EventsConfig {

  /** Own event names and their kinds, for example {@code holdfast.events.kinds."order paid"}. */
  Map<String, String> kinds();

  /** How long the broker may take to acknowledge before a caller over HTTP is told to come back. */
  @WithDefault("2500MS")
  Duration answerWithin();

  /** How long the broker may take to acknowledge before an import is told to come back. */
  @WithDefault("30S")
  Duration acknowledgeWithin();
}
