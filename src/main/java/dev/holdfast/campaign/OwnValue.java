package dev.holdfast.campaign;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The margin that a save of one customer keeps, where its campaign has a field of the profile or a
 * formula for it. Immutable.
 */
final class OwnValue {

  private final @Nullable String field;
  private final @Nullable ValueFormula formula;

  private OwnValue(@Nullable String field, @Nullable ValueFormula formula) {
    this.field = field;
    this.formula = formula;
  }

  static OwnValue of(Campaign campaign) {
    return new OwnValue(
        campaign.valueField == null ? null : Segments.PROFILE + campaign.valueField,
        campaign.valueFormula == null ? null : Segments.formula(campaign.valueFormula));
  }

  /** True if it is asked at all; else the campaign's holds for everybody. */
  boolean known() {
    return field != null || formula != null;
  }

  /** What is known of a customer says; null for the campaign's. */
  @Nullable Double of(SegmentExpression.Facts facts) {
    if (formula != null) {
      OptionalDouble amount = formula.of(facts);
      return amount.isPresent() ? amount.getAsDouble() : null;
    }
    Object given = field == null ? null : facts.of(field);
    return given == null ? null : amount(given.toString());
  }

  /** An amount of money in a profile; what is none counts as unknown. */
  static @Nullable Double amount(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      double amount = Double.parseDouble(text);
      return Double.isFinite(amount) && amount >= 0 ? amount : null;
    } catch (NumberFormatException none) {
      return null;
    }
  }
}
