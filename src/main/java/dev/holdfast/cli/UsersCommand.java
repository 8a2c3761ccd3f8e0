package dev.holdfast.cli;

import dev.holdfast.access.UserEmails;
import dev.holdfast.access.Users;
import jakarta.inject.Inject;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists the users, resets passwords and says where users read mail. */
@Command(
    name = "users",
    description = "Lists the users; subcommands reset a password and set an e-mail address.",
    subcommands = {UsersCommand.Password.class, UsersCommand.Email.class})
@Needs(Needs.Parts.STORE)
class UsersCommand implements Callable<Integer> {

  @Inject Users users;

  @Override
  public Integer call() {
    for (Users.User user : users.list()) {
      System.out.printf(
          "%-20s %s%s%s%n",
          user.name(),
          String.join(",", user.roles()),
          user.disabled() ? " (disabled)" : "",
          user.email() == null ? "" : "  " + user.email());
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

  /** Says where a user reads mail. */
  @Command(
      name = "email",
      description = "Says where a user reads mail: warnings go there. Without ADDRESS: nowhere.")
  static class Email implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "NAME")
    String name;

    @Parameters(index = "1", arity = "0..1", paramLabel = "ADDRESS")
    @Nullable String address;

    @Inject UserEmails emails;

    @Override
    public Integer call() {
      emails.set(name, address, Actor.name());
      return 0;
    }
  }
}
