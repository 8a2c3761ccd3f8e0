package dev.holdfast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.holdfast.campaign.ContactPolicies;
import dev.holdfast.campaign.ContactPolicies.Version;
import dev.holdfast.campaign.ContactPolicy;
import dev.holdfast.platform.Problem;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows and sets the contact policy. */
@Command(
    name = "policy",
    description = "Who may be contacted when, and how often.",
    subcommands = {PolicyCommand.Show.class, PolicyCommand.Replace.class})
@Needs(Needs.Parts.STORE)
class PolicyCommand {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** Shows the policy in force. */
  @Command(name = "show", description = "Shows the contact policy in force, as set reads it.")
  static class Show implements Callable<Integer> {

    @Inject ContactPolicies policies;

    @Override
    public Integer call() throws IOException {
      print(policies.inForce());
      return 0;
    }
  }

  /** Replaces the policy. */
  @Command(
      name = "set",
      description = {
        "Replaces the contact policy by the one in FILE (YAML or JSON), all fields of it.",
        "It holds for the next call, whatever stands on a list."
      })
  static class Replace implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "as holdfast policy show prints it")
    Path file;

    @Option(
        names = "--instead-of",
        paramLabel = "VERSION",
        description = "refuse if another version is in force by now")
    @Nullable Long expected;

    @Inject ContactPolicies policies;

    @Override
    public Integer call() throws IOException {
      print(policies.set(read(file), expected, Actor.name()));
      return 0;
    }
  }

  private static void print(Version version) throws IOException {
    System.out.printf(
        "# version %d, set by %s at %s%n", version.number(), version.setBy(), version.since());
    System.out.print(YAML.writeValueAsString(version.policy().write()));
  }

  private static ContactPolicy read(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw Problem.badRequest("The file " + file + " cannot be read");
    }
    try {
      JsonNode document = YAML.readTree(file.toFile());
      return ContactPolicy.read(document);
    } catch (JsonProcessingException malformed) {
      throw Problem.badRequest(file + ": " + malformed.getOriginalMessage());
    } catch (IllegalArgumentException wrong) {
      throw Problem.badRequest(file + ": " + wrong.getMessage());
    }
  }
}
