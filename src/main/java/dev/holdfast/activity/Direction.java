package dev.holdfast.activity;

/**
 * How a feature moves while nothing happens, which is also the sign that a model may give it: a
 * rising feature may only raise the risk, a falling one only lower it.
 */
public enum Direction {
  /** Never falls between events; the risk may only grow with it. */
  RISING,
  /** Never rises between events; the risk may only shrink with it. */
  FALLING,
  /** Constant between events; the model is free. */
  FROZEN
}
