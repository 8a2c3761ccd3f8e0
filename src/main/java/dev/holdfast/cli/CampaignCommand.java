package dev.holdfast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.holdfast.campaign.CallLists;
import dev.holdfast.campaign.CampaignPreview;
import dev.holdfast.campaign.CampaignPreviews;
import dev.holdfast.campaign.CampaignSettings;
import dev.holdfast.campaign.Campaigns;
import dev.holdfast.campaign.CampaignsResource.CampaignView;
import dev.holdfast.platform.Problem;
import jakarta.inject.Inject;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The life of campaigns. */
@Command(
    name = "campaign",
    description = "Writes down, previews, starts, changes and ends campaigns.",
    subcommands = {
      CampaignCommand.Running.class,
      CampaignCommand.Show.class,
      CampaignCommand.Preview.class,
      CampaignCommand.Count.class,
      CampaignCommand.Draft.class,
      CampaignCommand.Start.class,
      CampaignCommand.Begin.class,
      CampaignCommand.Change.class,
      CampaignCommand.Pause.class,
      CampaignCommand.Resume.class,
      CampaignCommand.End.class,
      CampaignCommand.Clone.class
    })
@Needs(Needs.Parts.STORE)
class CampaignCommand {

  private static final String SETTINGS = "name, enterThreshold or startsWith, holdOutShare, ...";

  /** What commands on a campaign that is there have in common. */
  abstract static class OnOne implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "CAMPAIGN", description = "its name or number")
    String campaign;

    @Inject CallLists lists;
    @Inject Campaigns campaigns;

    long id() {
      return CampaignCommand.id(lists, campaign);
    }
  }

  /** Lists the campaigns. */
  @Command(name = "list", description = "Lists the campaigns, newest first, with their states.")
  static class Running implements Callable<Integer> {

    @Inject Campaigns campaigns;

    @Override
    public Integer call() {
      campaigns
          .all()
          .forEach(
              one -> System.out.println(one.id() + " " + one.name() + " (" + one.state() + ")"));
      return 0;
    }
  }

  /** Shows a campaign with the settings that it had. */
  @Command(
      name = "show",
      description = "Shows a campaign as JSON: its settings, or with --versions all it had.")
  static class Show extends OnOne {

    @Option(names = "--versions", description = "all settings that it had, the newest first")
    boolean versions;

    @Inject ObjectMapper json;

    @Override
    public Integer call() throws JsonProcessingException {
      long id = id();
      Object shown = versions ? campaigns.versions(id) : campaigns.view(id);
      System.out.println(json.writerWithDefaultPrettyPrinter().writeValueAsString(shown));
      return 0;
    }
  }

  /** Previews a campaign, or a file before there is one. */
  @Command(
      name = "preview",
      description = {
        "Says what a campaign would do with the customers as they are: who is meant, who comes in"
            + " seven days, what the contact policy says of them, what the calls should bring. Writes"
            + " nothing. Example:",
        "  holdfast campaign preview docs/example-campaign.yaml"
      })
  static class Preview implements Callable<Integer> {

    @Parameters(paramLabel = "FILE|CAMPAIGN", description = "settings, or a campaign that is there")
    String what;

    @Option(
        names = "--replaces",
        paramLabel = "CAMPAIGN",
        description = "its settings are to be those of the file: leaves out who is in it already")
    @Nullable String replaces;

    @Option(names = "--json", description = "one JSON document")
    boolean asJson;

    @Inject CallLists lists;
    @Inject CampaignPreviews previews;
    @Inject Validator validator;
    @Inject ObjectMapper json;

    @Override
    public Integer call() throws IOException {
      CampaignPreview preview = preview();
      if (asJson) {
        System.out.println(json.writeValueAsString(preview));
      } else {
        CampaignPreviewText.print(preview);
      }
      return 0;
    }

    private CampaignPreview preview() throws IOException {
      Path file = Path.of(what);
      if (!Files.isRegularFile(file)) {
        if (replaces != null) {
          throw Problem.badRequest(
              "--replaces needs a file with the new settings; there is no " + file);
        }
        return previews.of(CampaignCommand.id(lists, what));
      }
      CampaignSettings settings = read(file, CampaignSettings.class, validator);
      return replaces == null
          ? previews.of(settings)
          : previews.of(settings, CampaignCommand.id(lists, replaces));
    }
  }

  /** Counts a segment. */
  @Command(
      name = "count",
      description = {
        "Counts a segment now. Example:",
        "  holdfast campaign count 'profile.plan = \"gold\" and risk >= 0.4'"
      })
  static class Count implements Callable<Integer> {

    @Parameters(paramLabel = "SEGMENT", description = "an expression; \"\" for everybody")
    String segment;

    @Inject CampaignPreviews previews;

    @Override
    public Integer call() {
      CampaignPreviews.SegmentCount count = previews.count(segment);
      System.out.printf(
          Locale.ROOT,
          "%s of %,d customers%s%n",
          CampaignPreviewText.of(count.segment()),
          count.customers(),
          count.looked() < count.customers()
              ? String.format(Locale.ROOT, ", by %,d of them", count.looked())
              : "");
      return 0;
    }
  }

  /** Writes a campaign down. */
  @Command(
      name = "draft",
      description = "Writes a campaign down from a YAML file; it opens nothing.")
  static class Draft implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = SETTINGS)
    Path file;

    @Inject Campaigns campaigns;
    @Inject Validator validator;

    @Override
    public Integer call() throws IOException {
      say(campaigns.draft(read(file, CampaignSettings.class, validator), Actor.name()));
      return 0;
    }
  }

  /** Starts a campaign from a YAML file with the fields of {@code POST /api/v1/campaigns}. */
  @Command(name = "start", description = "Starts a campaign from a YAML file.")
  static class Start implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = SETTINGS)
    Path file;

    @Inject Campaigns campaigns;
    @Inject Validator validator;

    @Override
    public Integer call() throws IOException {
      say(campaigns.start(read(file, CampaignSettings.class, validator), Actor.name()));
      return 0;
    }
  }

  /** Begins a draft. */
  @Command(name = "begin", description = "Begins a campaign that was a draft.")
  static class Begin extends OnOne {

    @Override
    public Integer call() {
      say(campaigns.begin(id(), Actor.name()));
      return 0;
    }
  }

  /** Changes the settings of a campaign. */
  @Command(
      name = "change",
      description = {
        "Replaces the settings of a campaign by those of a YAML file, as their next version. What is"
            + " left out has its default again, but the hold-out share, which stays as it is.",
      })
  static class Change extends OnOne {

    @Parameters(index = "1", paramLabel = "FILE", description = SETTINGS)
    Path file;

    @Option(
        names = "--why",
        paramLabel = "WORDS",
        defaultValue = "",
        description = "required unless it is a draft")
    String why;

    @Option(
        names = "--instead-of",
        paramLabel = "VERSION",
        description = "refuse if another version is in force by now")
    @Nullable Integer expected;

    @Inject Validator validator;

    @Override
    public Integer call() throws IOException {
      long id = id();
      int version = expected == null ? campaigns.view(id).version() : expected;
      CampaignView changed =
          campaigns.change(
              id, version, read(file, CampaignSettings.class, validator), why, Actor.name());
      System.out.println(
          "campaign " + id + " \"" + changed.name() + "\": version " + changed.version());
      return 0;
    }
  }

  /** Pauses a campaign. */
  @Command(name = "pause", description = "Opens no more episodes until it is resumed.")
  static class Pause extends OnOne {

    @Override
    public Integer call() {
      say(campaigns.pause(id(), Actor.name()));
      return 0;
    }
  }

  /** Resumes a campaign. */
  @Command(name = "resume", description = "Opens episodes again after a pause.")
  static class Resume extends OnOne {

    @Override
    public Integer call() {
      say(campaigns.resume(id(), Actor.name()));
      return 0;
    }
  }

  /** Ends a campaign. */
  @Command(
      name = "end",
      description =
          "Ends a campaign for good: pending calls leave the lists and open episodes close.")
  static class End extends OnOne {

    @Option(names = "--reason", paramLabel = "WORDS", required = true, description = "why")
    String reason;

    @Override
    public Integer call() {
      say(campaigns.end(id(), reason, Actor.name()));
      return 0;
    }
  }

  /** Clones a campaign. */
  @Command(
      name = "clone",
      description = "Writes down a draft with its settings and what is known of its effect.")
  static class Clone extends OnOne {

    @Parameters(index = "1", paramLabel = "NAME", description = "of the new campaign")
    String name;

    @Override
    public Integer call() {
      CampaignView clone = campaigns.cloneOf(id(), name, Actor.name());
      say(clone);
      System.out.println(
          clone.evidence() == null
              ? "of its effect nothing is known: nobody was assigned"
              : clone.evidence().words());
      return 0;
    }
  }

  private static void say(CampaignView campaign) {
    System.out.println(
        "campaign "
            + campaign.id()
            + " \""
            + campaign.name()
            + "\" "
            + switch (campaign.state()) {
              case "draft" -> "is a draft";
              case "running" -> "runs";
              case "paused" -> "is paused";
              default -> "has ended";
            });
  }

  /**
   * The number of a campaign.
   *
   * @throws Problem 404 if there is none
   */
  static long id(CallLists lists, String nameOrNumber) {
    return lists
        .idOf(nameOrNumber)
        .orElseThrow(
            () ->
                Problem.notFound(
                    "There is no campaign \""
                        + nameOrNumber
                        + "\"; holdfast campaign list shows them"));
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
