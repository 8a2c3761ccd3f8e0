package dev.holdfast.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root of the commands; each stands in the list below, in the order of the help. */
@Command(
    name = "holdfast",
    description = "Notices the customer who goes quiet, and tells a person in time.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    usageHelpAutoWidth = true,
    subcommands = {
      DemoCommand.class,
      ServeCommand.class,
      ImportCommand.class,
      SourcesCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      BacktestCommand.class,
      CompareCommand.class,
      ReproduceCommand.class,
      RetrainCommand.class,
      ImportModelCommand.class,
      SnapshotsCommand.class,
      PredictCommand.class,
      StudyCommand.class,
      ModelsCommand.class,
      PromoteCommand.class,
      RollbackCommand.class,
      MonitorCommand.class,
      WarningsCommand.class,
      ScoreCommand.class,
      RebuildCommand.class,
      ExplainCommand.class,
      ReceiptCommand.class,
      CustomerCommand.class,
      CampaignCommand.class,
      CampaignReplayCommand.class,
      ListCommand.class,
      PolicyCommand.class,
      OutcomeCommand.class,
      EffectCommand.class,
      UpliftCommand.class,
      CalendarCommand.class,
      ClockCommand.class,
      UsersCommand.class,
      KeysCommand.class,
    })
class HoldfastCommand {

  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      scope = ScopeType.INHERIT,
      description = "the data folder (else HOLDFAST_HOME, else var)")
  @Nullable Path home;
}
