package dev.holdfast.model;

import dev.holdfast.platform.Problem;
import java.util.NoSuchElementException;

/** What the registry refuses, as whoever asked for it is told: over HTTP and in a terminal. */
public final class Refusals {

  private Refusals() {}

  /**
   * Runs a change of the registry.
   *
   * @throws Problem 404 if there is no such version, 409 if the change is refused
   */
  public static void asProblems(String version, Runnable change) {
    try {
      change.run();
    } catch (NoSuchElementException unknown) {
      throw Problem.notFound("There is no model " + version + "; holdfast models shows them");
    } catch (PromotionRefused | BadModel refused) {
      throw Problem.conflict(String.valueOf(refused.getMessage()));
    }
  }
}
