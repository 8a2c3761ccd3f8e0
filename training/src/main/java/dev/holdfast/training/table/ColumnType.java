package dev.holdfast.training.table;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the values of a column are. */
public enum ColumnType {
  /** Finite decimal numbers, as 1, -2.5 or 3e4. */
  @JsonProperty("number")
  NUMBER,
  /** Names without an order. */
  @JsonProperty("category")
  CATEGORY,
  /** One of a pair such as yes and no, true and false; yes is 1. */
  @JsonProperty("yes-no")
  YES_NO;

  /** The name in files. */
  String label() {
    return this == YES_NO ? "yes-no" : this == NUMBER ? "number" : "category";
  }

  static ColumnType of(String label) {
    for (ColumnType type : values()) {
      if (type.label().equals(label)) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "a column is number, category or yes-no, not \"" + label + "\"");
  }
}
