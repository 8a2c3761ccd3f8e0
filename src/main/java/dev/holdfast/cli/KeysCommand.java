package dev.holdfast.cli;

import dev.holdfast.access.ApiKeys;
import dev.holdfast.access.Roles;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists, creates and revokes the keys of machines. */
@Command(
    name = "keys",
    description = "Lists the API keys; its subcommands create and revoke them.",
    subcommands = {KeysCommand.Create.class, KeysCommand.Revoke.class})
@Needs(Needs.Parts.STORE)
class KeysCommand implements Callable<Integer> {

  @Inject ApiKeys keys;

  @Override
  public Integer call() {
    for (ApiKeys.KeyView key : keys.list()) {
      System.out.printf(
          "%5d  %-30s %s%s%n",
          key.id(),
          key.name(),
          String.join(",", key.roles()),
          key.revokedAt() == null ? "" : " (revoked)");
    }
    return 0;
  }

  /** Creates a key. */
  @Command(name = "create", description = "Creates an API key and prints it once.")
  static class Create implements Callable<Integer> {

    @Option(
        names = "--role",
        paramLabel = "ROLE",
        split = ",",
        defaultValue = Roles.SERVICE,
        description =
            "viewer, agent, retention-lead, data-scientist, operator or service (default)")
    List<String> roles;

    @Parameters(paramLabel = "NAME", description = "tells people what uses it")
    String name;

    @Inject ApiKeys keys;

    @Override
    public Integer call() {
      System.out.println(keys.create(name, roles, null, Actor.name()).key());
      return 0;
    }
  }

  /** Ends a key. */
  @Command(name = "revoke", description = "Ends an API key at once.")
  static class Revoke implements Callable<Integer> {

    @Parameters(paramLabel = "ID")
    long id;

    @Inject ApiKeys keys;

    @Override
    public Integer call() {
      keys.revoke(id, Actor.name());
      return 0;
    }
  }
}
