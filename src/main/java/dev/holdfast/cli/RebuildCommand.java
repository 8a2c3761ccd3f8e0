package dev.holdfast.cli;

import dev.holdfast.access.Audit;
import dev.holdfast.stream.Rebuild;
import jakarta.inject.Inject;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Makes the states of all customers anew from their stored events. */
@Command(
    name = "rebuild",
    description = {
      "Makes the states of all customers anew from their stored events, and says how many were"
          + " missing or different; 0 of them is what to expect.",
      "Can be repeated, and goes on where it was cut short. If rows of states are missing, stop the"
          + " service first."
    })
@Needs(Needs.Parts.STORE)
class RebuildCommand implements Callable<Integer> {

  @Inject Rebuild rebuild;
  @Inject Audit audit;

  @Override
  public Integer call() {
    Rebuild.Result result =
        rebuild.run(
            Actor.name(), done -> System.err.println(done.customers() + " customers rebuilt ..."));
    audit.record(
        Actor.name(), "states.rebuilt", "states", result.different() + " of " + result.customers());
    System.out.printf(
        Locale.ROOT,
        "%d customers rebuilt, %d states were missing or different%n",
        result.customers(),
        result.different());
    return 0;
  }
}
