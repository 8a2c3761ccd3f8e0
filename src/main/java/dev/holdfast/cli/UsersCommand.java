package dev.holdfast.cli;

import dev.holdfast.access.Users;
import jakarta.inject.Inject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists the users and resets passwords. */
@Command(
    name = "users",
    description = "Lists the users; a subcommand resets a password.",
    subcommands = UsersCommand.Password.class)
@Needs(Needs.Parts.STORE)
class UsersCommand implements Callable<Integer> {

  @Inject Users users;

  @Override
  public Integer call() {
    for (Users.User user : users.list()) {
      System.out.printf(
          "%-20s %s%s%n",
          user.name(), String.join(",", user.roles()), user.disabled() ? " (disabled)" : "");
    }
    return 0;
  }

  /** Gives a user a new password. */
  @Command(name = "password", description = "Gives a user a new password and prints it once.")
  static class Password implements Callable<Integer> {

    @Parameters(paramLabel = "NAME")
    String name;

    @Inject Users users;

    @Override
    public Integer call() {
      System.out.println(users.resetPassword(name, Actor.name()));
      return 0;
    }
  }
}
