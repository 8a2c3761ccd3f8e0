package dev.holdfast.cli;

/** A command whose options decide whether it needs any part at all. */
interface MayNeedNothing {

  /**
   * True if, as it was called, the command needs nothing, whatever {@link Needs} says: nothing is
   * injected then. Asked once its options are set.
   */
  boolean needsNothing();
}
