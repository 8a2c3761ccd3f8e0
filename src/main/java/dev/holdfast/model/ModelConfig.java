package dev.holdfast.model;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** Settings of the registry. */
@ConfigMapping(prefix = "holdfast.model")
interface ModelConfig {

  /** Folder with the key pair by which models are signed and believed; lies in the data folder. */
  @WithDefault("var/keys")
  Path keys();

  /** How often a replica compares the champion's stored files with their signature. */
  @WithDefault("10m")
  String verifyEvery();
}
