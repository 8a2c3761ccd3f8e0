package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandsTest {

  /** Main reads it before Quarkus starts; a command without it would fail at its first use. */
  @Test
  void everyCommandThatRunsSaysWhatItNeedsAndWhatItIs() {
    var line = new CommandLine(new HoldfastCommand());

    var missing = new ArrayList<String>();
    for (CommandLine command : line.getSubcommands().values()) {
      check(command, false, missing);
    }

    assertThat(missing).isEmpty();
  }

  @Test
  void withoutArgumentsTheServiceIsMeant() {
    var line = new CommandLine(new HoldfastCommand());

    assertThat(line.getSubcommands()).containsKey("serve");
    assertThat(line.parseArgs("--home", "x").hasSubcommand()).isFalse();
  }

  private static void check(CommandLine command, boolean told, List<String> missing) {
    Object object = command.getCommandSpec().userObject();
    String name = command.getCommandSpec().qualifiedName();
    boolean says = told || object.getClass().isAnnotationPresent(Needs.class);
    if (object instanceof Callable<?> && !says) {
      missing.add(name + " has no @Needs, nor has its parent");
    }
    if (command.getCommandSpec().usageMessage().description().length == 0) {
      missing.add(name + " has no description");
    }
    for (CommandLine child : command.getSubcommands().values()) {
      check(child, says, missing);
    }
  }
}
