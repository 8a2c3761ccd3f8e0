package dev.holdfast.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** How much each caller may ask for; a caller is a key or a user. */
@ConfigMapping(prefix = "holdfast.quota")
public interface QuotaConfig {

  /** Risks of known customers, one by one and in batches. */
  Rate scores();

  /** Risks of supposed customers, from which a model could be copied. */
  WhatIf whatIf();

  /** After how many refusals within {@link #alertWindow} the audit gets a row. */
  @WithDefault("50")
  @Min(1)
  int alertAfter();

  /** Over which time refusals are counted; at most one row of the audit in each. */
  @WithDefault("PT1H")
  Duration alertWindow();

  /** A quota of many. */
  interface Rate {

    /** How many a second in the long run. */
    @WithDefault("1000")
    @DecimalMin("0.001")
    double perSecond();

    /** How many at once after a rest. */
    @WithDefault("2000")
    @DecimalMin("1")
    double burst();
  }

  /** A quota of few. */
  interface WhatIf {

    /** How many a second in the long run. */
    @WithDefault("1")
    @DecimalMin("0.001")
    double perSecond();

    /** How many at once after a rest. */
    @WithDefault("100")
    @DecimalMin("1")
    double burst();
  }
}
