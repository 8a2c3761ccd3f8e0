/**
 * Customer tables: one row a customer with a label, read from a file, typed, checked for what knows
 * the future, and encoded as features. Knows nothing of how a model is learnt.
 */
@NullMarked
package dev.holdfast.training.table;

import org.jspecify.annotations.NullMarked;
