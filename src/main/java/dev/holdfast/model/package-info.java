/**
 * A trained model as the service uses it: evaluator, calibration, reasons, the version folder with
 * its signature, and the registry with the champion.
 *
 * <p>{@link dev.holdfast.model.ChurnModel} is immutable pure Java read from JSON: neither Tribuo
 * nor native code is in the serving path, and nothing is parsed before its hash and signature hold.
 */
@NullMarked
package dev.holdfast.model;

import org.jspecify.annotations.NullMarked;
