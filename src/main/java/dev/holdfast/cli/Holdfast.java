package dev.holdfast.cli;

import dev.holdfast.platform.Failures;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.embedded.EmbeddedMariaDb;
import dev.holdfast.platform.embedded.Parts;
import dev.holdfast.platform.embedded.PartsUnavailable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Main: reads the command line, gets the parts that the command {@link Needs}, starts Quarkus
 * around it, and stops everything in order: the service, then Kafka, then MariaDB.
 *
 * <p>Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
 */
@QuarkusMain
public class Holdfast implements QuarkusApplication {

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private static @Nullable Parts parts;

  @Inject CommandLine.IFactory beans;

  /** The parts of this process, for a command that tells where things are. */
  static Optional<Parts> parts() {
    return Optional.ofNullable(parts);
  }

  /** Runs one command; without arguments, the service. */
  public static void main(String... args) {
    var root = new HoldfastCommand();
    CommandLine line = new CommandLine(root);
    String[] arguments = args;
    try {
      ParseResult parsed = line.parseArgs(args);
      Integer helped = CommandLine.executeHelpRequest(parsed);
      if (helped != null) {
        exit(helped);
        return;
      }
      if (!parsed.hasSubcommand()) {
        arguments = withServe(args);
        parsed = line.parseArgs(arguments);
      }
      ParseResult leaf = leafOf(parsed);
      if (!(leaf.commandSpec().userObject() instanceof Callable<?>)) {
        throw new ParameterException(
            leaf.commandSpec().commandLine(),
            "Missing command: one of "
                + String.join(", ", leaf.commandSpec().subcommands().keySet()));
      }
      Needs needs = needsOf(parsed);
      if (needs.value() == Needs.Parts.NOTHING || asCalledNeedsNothing(leaf)) {
        // Anew: repeated options of a group would be added to those of the first reading.
        exit(withHandlers(new CommandLine(new HoldfastCommand())).execute(arguments));
        return;
      }
      runWith(needs, homeOf(root.home, needs.home()), leaf, arguments);
    } catch (ParameterException e) {
      exit(refused(e));
    } catch (PartsUnavailable e) {
      complain(String.valueOf(e.getMessage()));
      exit(FAILED);
    }
  }

  /** Runs the command within Quarkus. */
  @Override
  public int run(String... args) {
    return withHandlers(new CommandLine(HoldfastCommand.class, beans)).execute(args);
  }

  /** Every failure becomes lines on standard error and an exit code. */
  static CommandLine withHandlers(CommandLine line) {
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((e, ignored) -> refused(e))
        .setExecutionExceptionHandler((e, ignored, parsed) -> failed(e));
  }

  private static boolean asCalledNeedsNothing(ParseResult leaf) {
    return leaf.commandSpec().userObject() instanceof MayNeedNothing command
        && command.needsNothing();
  }

  private static void runWith(Needs needs, Path home, ParseResult leaf, String[] arguments) {
    boolean service = needs.value() == Needs.Parts.SERVICE;
    boolean broker = service || needs.value() == Needs.Parts.STREAM;
    var wanted =
        new Parts.Wanted(
            home,
            leaf.commandSpec().qualifiedName(" ").replaceFirst("^holdfast ", ""),
            service,
            broker,
            EmbeddedMariaDb.Size.ofThisMachine());
    Parts obtained =
        Parts.obtain(wanted, System.getenv(), line -> System.err.println(line + " ..."));
    parts = obtained;
    var settings = new LinkedHashMap<String, String>(obtained.configuration());
    settings.put("holdfast.service.runs", Boolean.toString(obtained.serviceRuns()));
    settings.put("holdfast.broker.enabled", Boolean.toString(broker));
    settings.put("holdfast.model.keys", modelKeys(home).toString());
    boolean stream = broker && !obtained.serviceRuns();
    settings.put("mp.messaging.incoming.events.enabled", Boolean.toString(stream));
    settings.put("quarkus.scheduler.enabled", Boolean.toString(stream));
    if (stream) {
      obtained
          .memberName()
          .ifPresent(
              name -> {
                // One for each worker of the channel.
                settings.put("mp.messaging.incoming.events$1.group.instance.id", name + "-1");
                settings.put("mp.messaging.incoming.events$2.group.instance.id", name + "-2");
              });
    }
    if (service) {
      settings.put("holdfast.access.first-users", "true");
      port(leaf).ifPresent(port -> settings.put("quarkus.http.port", port));
    } else {
      settings.put("quarkus.http.host-enabled", "false");
      settings.put("quarkus.log.level", "WARN");
      // The command itself says, in one line, that the database or the broker is away.
      settings.put("quarkus.log.category.\"io.agroal.pool\".level", "ERROR");
      settings.put("quarkus.log.category.\"org.apache.kafka.clients\".level", "ERROR");
      settings.put("quarkus.shutdown.timeout", "0S");
    }
    // Results go to standard output, and nothing else.
    settings.put("quarkus.log.console.stderr", "true");
    settings.forEach(
        (key, value) -> {
          if (System.getProperty(key) == null) {
            System.setProperty(key, value);
          }
        });

    // Code after Quarkus.run is not reached when a signal ends the process; the exit handler is,
    // and the hook keeps the process alive until the handler is through.
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> await(stopped)));
    Quarkus.run(
        Holdfast.class,
        (code, failure) -> {
          if (failure != null) {
            complain("cannot start: " + rootCause(failure));
          }
          obtained.close();
          stopped.countDown();
          Runtime.getRuntime().halt(failure == null ? code : FAILED);
        },
        arguments);
  }

  private static Optional<String> port(ParseResult leaf) {
    Integer option = leaf.matchedOptionValue("--port", (Integer) null);
    return option != null
        ? Optional.of(option.toString())
        : Optional.ofNullable(System.getenv("HOLDFAST_PORT"));
  }

  /**
   * The data folder.
   *
   * @param named by an option; null if it is not
   * @param otherwise unless the environment names one
   */
  static Path homeOf(@Nullable Path named, String otherwise) {
    return named != null ? named : environment("HOLDFAST_HOME").orElse(Path.of(otherwise));
  }

  /**
   * The folder of the keys that sign models: in the data folder, unless the environment names one.
   */
  static Path modelKeys(Path home) {
    return environment("HOLDFAST_MODEL_KEYS").orElse(home.resolve("keys"));
  }

  private static Optional<Path> environment(String variable) {
    return Optional.ofNullable(System.getenv(variable))
        .filter(value -> !value.isBlank())
        .map(Path::of);
  }

  private static Needs needsOf(ParseResult parsed) {
    Needs needs = null;
    for (ParseResult at = parsed; at != null; at = at.subcommand()) {
      Needs own = at.commandSpec().userObject().getClass().getAnnotation(Needs.class);
      needs = own == null ? needs : own;
    }
    if (needs == null) {
      throw new IllegalStateException(
          "the command " + leafOf(parsed).commandSpec().name() + " does not say what it needs");
    }
    return needs;
  }

  private static ParseResult leafOf(ParseResult parsed) {
    ParseResult leaf = parsed;
    while (leaf.hasSubcommand()) {
      leaf = leaf.subcommand();
    }
    return leaf;
  }

  private static String[] withServe(String[] args) {
    String[] longer = new String[args.length + 1];
    System.arraycopy(args, 0, longer, 0, args.length);
    longer[args.length] = "serve";
    return longer;
  }

  private static int refused(ParameterException e) {
    complain(
        e.getMessage()
            + " (help: "
            + e.getCommandLine().getCommandSpec().qualifiedName()
            + " --help)");
    return WRONG_USAGE;
  }

  private static int failed(Exception e) {
    if (e instanceof Problem problem) {
      complain(problem.detail());
      for (Map.Entry<String, Object> extension : problem.extensions().entrySet()) {
        complain("  " + extension.getKey() + ": " + extension.getValue());
      }
      return problem.status() == 400 ? WRONG_USAGE : FAILED;
    }
    if (Failures.databaseIsAway(e)) {
      complain(databaseAway());
      return FAILED;
    }
    complain(rootCause(e));
    if (System.getenv("HOLDFAST_DEBUG") != null) {
      e.printStackTrace();
    } else {
      complain("(set HOLDFAST_DEBUG=1 for the details)");
    }
    return FAILED;
  }

  private static String databaseAway() {
    return parts().map(Parts::serviceRuns).orElse(false)
        ? "The service whose database this command uses has ended or does not answer. Start it"
            + " again (holdfast serve), then repeat the command: what is done stays done."
        : "The database does not answer. Repeat the command when it does: what is done stays done.";
  }

  private static String rootCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  private static void complain(String line) {
    System.err.println("holdfast: " + line);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void exit(int code) {
    System.out.flush();
    if (code != DONE) {
      System.exit(code);
    }
  }
}
