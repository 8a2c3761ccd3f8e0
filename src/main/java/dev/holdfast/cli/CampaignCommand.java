package dev.holdfast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.holdfast.campaign.CallLists;
import dev.holdfast.campaign.CampaignSettings;
import dev.holdfast.campaign.Campaigns;
import dev.holdfast.platform.Problem;
import jakarta.inject.Inject;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Starts and shows campaigns. */
@Command(
    name = "campaign",
    description = "Starts and shows campaigns.",
    subcommands = {CampaignCommand.Start.class, CampaignCommand.Running.class})
@Needs(Needs.Parts.STORE)
class CampaignCommand {

  /** Starts a campaign from a YAML file with the fields of {@code POST /api/v1/campaigns}. */
  @Command(name = "start", description = "Starts a campaign from a YAML file.")
  static class Start implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "name, enterThreshold, holdOutShare, ...")
    Path file;

    @Inject Campaigns campaigns;
    @Inject Validator validator;

    @Override
    public Integer call() throws IOException {
      var started = campaigns.start(read(file, CampaignSettings.class, validator), Actor.name());
      System.out.println("campaign " + started.id() + " \"" + started.name() + "\" runs");
      return 0;
    }
  }

  /** Lists the running campaigns. */
  @Command(name = "list", description = "Lists the running campaigns.")
  static class Running implements Callable<Integer> {

    @Inject CallLists lists;

    @Override
    public Integer call() {
      lists
          .running()
          .forEach(campaign -> System.out.println(campaign.id() + " " + campaign.name()));
      return 0;
    }
  }

  /**
   * Reads and checks a campaign's settings.
   *
   * @throws Problem 400 naming the file, the line and the rule
   */
  static <T> T read(Path file, Class<T> as, Validator validator) throws IOException {
    if (!Files.isReadable(file)) {
      throw Problem.badRequest("The file " + file + " cannot be read");
    }
    ObjectMapper yaml =
        new ObjectMapper(new YAMLFactory())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    T settings;
    try {
      settings = yaml.readValue(file.toFile(), as);
    } catch (JsonProcessingException malformed) {
      throw Problem.badRequest(
          file
              + (malformed.getLocation() == null
                  ? ""
                  : " line " + malformed.getLocation().getLineNr())
              + ": "
              + malformed.getOriginalMessage());
    }
    if (settings == null) {
      throw Problem.badRequest(
          file + " is empty; see docs/example-campaign.yaml for what it may hold");
    }
    Set<ConstraintViolation<T>> broken = validator.validate(settings);
    if (!broken.isEmpty()) {
      throw Problem.badRequest(
          file
              + ": "
              + broken.stream()
                  .map(one -> one.getPropertyPath() + " " + one.getMessage())
                  .sorted()
                  .collect(Collectors.joining("; ")));
    }
    return settings;
  }
}
