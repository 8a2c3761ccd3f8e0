package dev.holdfast.campaign;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.model.ModelRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;

/**
 * Whether a customer is one whom retention can still be about: still here, and not lapsed. Winning
 * back is another task, and nobody like a lapsed customer was in what the model was trained on.
 */
@ApplicationScoped
class Eligibility {

  static final Duration LAPSED_AFTER = Duration.ofDays(180);

  private final ModelRegistry models;

  Eligibility(ModelRegistry models) {
    this.models = models;
  }

  /** True if the customer may open an episode at {@code at} on a score of this model. */
  boolean holds(ActivityState activity, Instant at, int modelId) {
    Instant last = activity.lastUsageAt();
    return last != null
        && !last.plus(LAPSED_AFTER).isBefore(at)
        && models
            .byId(modelId)
            .map(registered -> registered.model().priors().churn().eligible(activity, at))
            .orElse(false);
  }
}
