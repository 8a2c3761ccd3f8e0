package dev.holdfast.campaign;

import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.Priors;
import dev.holdfast.customer.Profiles;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.Score;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks the segment of a campaign of what is known of its candidates: {@code risk}, {@code band},
 * {@code profile.FIELD} and each feature by its name, as of the customer's score.
 */
@ApplicationScoped
class Segments {

  static final String RISK = "risk";
  static final String BAND = "band";
  static final String PROFILE = "profile.";

  private final Profiles profiles;
  private final ModelRegistry models;

  Segments(Profiles profiles, ModelRegistry models) {
    this.profiles = profiles;
    this.models = models;
  }

  /**
   * Reads a segment.
   *
   * @param text blank for everybody
   * @throws Problem 400 if it cannot be read, naming the place
   */
  static SegmentExpression read(String text) {
    try {
      return SegmentExpression.parse(
          text, Segments::known, "risk, band, profile.FIELD or the name of a feature");
    } catch (SegmentExpression.Unreadable why) {
      throw Problem.badRequest("segment: " + why.getMessage());
    }
  }

  /**
   * Reads the formula of a customer's value.
   *
   * @throws Problem 400 if it cannot be read, naming the place
   */
  static ValueFormula formula(String text) {
    try {
      return ValueFormula.parse(
          text,
          name -> !name.equals(BAND) && known(name),
          "risk, profile.FIELD, the name of a feature, min(..) or max(..)");
    } catch (SegmentExpression.Unreadable why) {
      throw Problem.badRequest("valueFormula: " + why.getMessage());
    }
  }

  /** What a formula says of a customer; null if it says nothing, or the customer has no score. */
  @Nullable Double value(ValueFormula formula, CustomerState state) {
    Score score = state.score();
    if (score == null) {
      return null;
    }
    long customer = state.customerId();
    Map<String, Object> profile =
        profiles.values(List.of(customer)).getOrDefault(customer, Map.of());
    OptionalDouble value = formula.of(new Known(state, score, profile));
    return value.isPresent() ? value.getAsDouble() : null;
  }

  /**
   * What these customers, each with a score, are worth where the campaign says it of each, by id;
   * without those of whom it says nothing.
   */
  Map<Long, Double> values(Campaign campaign, Collection<CustomerState> of) {
    OwnValue own = OwnValue.of(campaign);
    Map<Long, Double> values = new HashMap<>();
    if (!own.known()) {
      return values;
    }
    Map<Long, Map<String, Object>> known =
        profiles.values(of.stream().map(CustomerState::customerId).toList());
    for (CustomerState state : of) {
      Score score = state.score();
      Double value =
          score == null
              ? null
              : own.of(new Known(state, score, known.getOrDefault(state.customerId(), Map.of())));
      if (value != null) {
        values.put(state.customerId(), value);
      }
    }
    return values;
  }

  private static boolean known(String name) {
    return name.equals(RISK)
        || name.equals(BAND)
        || name.startsWith(PROFILE) && name.length() > PROFILE.length()
        || FeatureSchema.current().has(name);
  }

  /** Those of these customers, each with a score, who are in the segment, by id. */
  Set<Long> members(SegmentExpression segment, Collection<CustomerState> candidates) {
    Set<Long> members = new HashSet<>();
    List<Long> ids = candidates.stream().map(CustomerState::customerId).toList();
    Map<Long, Map<String, Object>> known =
        segment.names().stream().anyMatch(name -> name.startsWith(PROFILE))
            ? profiles.values(ids)
            : Map.of();
    for (CustomerState state : candidates) {
      Score score = state.score();
      if (score != null
          && segment.includes(
              new Known(state, score, known.getOrDefault(state.customerId(), Map.of())))) {
        members.add(state.customerId());
      }
    }
    return members;
  }

  /** What is known of one customer; the features are computed when one is asked for. */
  private final class Known implements SegmentExpression.Facts {

    private final CustomerState state;
    private final Score score;
    private final Map<String, Object> profile;
    private float @Nullable [] features;

    Known(CustomerState state, Score score, Map<String, Object> profile) {
      this.state = state;
      this.score = score;
      this.profile = profile;
    }

    @Override
    public @Nullable Object of(String name) {
      if (name.equals(RISK)) {
        return score.risk();
      }
      if (name.equals(BAND)) {
        return score.band().wireName();
      }
      if (name.startsWith(PROFILE)) {
        return profile.get(name.substring(PROFILE.length()));
      }
      float[] values = features();
      return values.length == 0 ? null : values[FeatureSchema.current().indexOf(name)];
    }

    /** Empty if the model that made the score is gone. */
    private float[] features() {
      float[] computed = features;
      if (computed == null) {
        computed =
            models
                .byId(score.modelId())
                .map(registered -> computed(registered.model().priors()))
                .orElse(new float[0]);
        features = computed;
      }
      return computed;
    }

    private float[] computed(Priors priors) {
      return Features.of(state.activity(), score.asOf(), priors);
    }
  }
}
