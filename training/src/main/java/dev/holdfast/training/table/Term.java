package dev.holdfast.training.table;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one feature is computed of a row.
 *
 * @param feature its name
 * @param kind the formula
 * @param columns what it is computed of: one column, or those that a sum adds up
 * @param level text of a category, null for other kinds
 * @param levels texts that a pool of rare ones stands for, null for other kinds
 * @param at where a hinge begins, 0 for other kinds
 * @param forTrees whether the trees read it: what only bends a number says nothing new to them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Term(
    String feature,
    Kind kind,
    List<String> columns,
    @Nullable String level,
    @Nullable List<String> levels,
    double at,
    boolean forTrees) {

  /** The formulas; a missing value stays missing in all but {@link #MISSING} and the categories. */
  enum Kind {
    /** The number. */
    VALUE,
    /** sign(x) ln(1 + |x|). */
    LOGARITHM,
    /** max(0, x - at). */
    HINGE,
    /** Sum of numbers. */
    SUM,
    /** 1 for yes, 0 for no. */
    YES,
    /** 1 if the text is the level, else 0; so a text that was never seen is 0 for all levels. */
    LEVEL,
    /** 1 if the text is one of the rare ones, else 0. */
    RARE,
    /** 1 if there is no value, else 0. */
    MISSING
  }
}
