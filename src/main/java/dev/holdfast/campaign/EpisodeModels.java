package dev.holdfast.campaign;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Priors;
import dev.holdfast.model.ModelRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;

/** What the models behind episodes call churn, for whoever looks later at what became of them. */
@ApplicationScoped
public class EpisodeModels {

  private final ModelRegistry models;

  EpisodeModels(ModelRegistry models) {
    this.models = models;
  }

  /** The churn definition and the population of the model that opened an episode. */
  public Optional<Priors> priorsOf(int modelId) {
    return models.byId(modelId).map(registered -> registered.model().priors());
  }

  /** The same of the model that serves now. */
  public Optional<Priors> priorsServing() {
    return models.champion().map(registered -> registered.model().priors());
  }

  /** What the model that serves now says of a state, in (0, 1); empty if none serves. */
  public Optional<Double> riskServing(ActivityState state, Instant at) {
    return models.champion().map(registered -> registered.model().risk(state, at));
  }
}
