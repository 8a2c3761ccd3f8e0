package dev.holdfast.event;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;

/** Makes the mapping of names to kinds from the settings. */
@Singleton
class ConfiguredKinds {

  @Produces
  @Singleton
  KindMapping kindMapping(EventsConfig config) {
    Map<String, EventKind> own = new HashMap<>();
    config.kinds().forEach((name, kind) -> own.put(name, EventKind.of(kind)));
    return KindMapping.with(own);
  }
}
