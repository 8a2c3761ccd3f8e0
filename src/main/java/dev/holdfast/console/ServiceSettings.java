package dev.holdfast.console;

import dev.holdfast.console.OperateData.Setting;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;

/** The settings of the service itself, and where each comes from; never a secret. */
@ApplicationScoped
class ServiceSettings {

  private static final String OURS = "holdfast.";
  private static final int LONGEST = 200;
  private static final List<String> SECRET_WORDS =
      List.of("password", "secret", "token", "credential", "key");

  private final SmallRyeConfig config;

  ServiceSettings(Config config) {
    this.config = config.unwrap(SmallRyeConfig.class);
  }

  /** All that are set or have a default, by name. */
  List<Setting> all() {
    Stream<String> names =
        StreamSupport.stream(config.getPropertyNames().spliterator(), false)
            .filter(name -> name.startsWith(OURS))
            .distinct()
            .sorted();
    return names.map(name -> setting(config.getConfigValue(name))).toList();
  }

  private static Setting setting(ConfigValue value) {
    String name = value.getName().toLowerCase(Locale.ROOT);
    boolean secret = SECRET_WORDS.stream().anyMatch(name::contains);
    String text = value.getValue() == null ? "" : value.getValue();
    return new Setting(
        value.getName(),
        secret ? null : text.substring(0, Math.min(LONGEST, text.length())),
        source(value));
  }

  /** The kind of source alone: a path of the machine is nobody's business. */
  private static String source(ConfigValue value) {
    String name = value.getConfigSourceName();
    if (name == null) {
      return "default";
    }
    if (name.startsWith("EnvConfigSource")) {
      return "environment";
    }
    if (name.startsWith("SysPropConfigSource")) {
      return "system-property";
    }
    if (name.contains("application.properties")) {
      return "application.properties";
    }
    return name.contains("DefaultValues") ? "default" : "other";
  }
}
