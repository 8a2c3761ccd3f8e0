package dev.holdfast.cli;

import dev.holdfast.access.Audit;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.ClockSetting;
import dev.holdfast.platform.Problem;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows and sets the business clock. */
@Command(
    name = "clock",
    description = "Shows the business clock; its subcommands set it.",
    subcommands = {ClockCommand.Fix.class, ClockCommand.Accelerate.class, ClockCommand.Real.class})
@Needs(Needs.Parts.STORE)
class ClockCommand implements Callable<Integer> {

  @Inject BusinessClock clock;
  @Inject BusinessClocks clocks;

  @Override
  public Integer call() {
    ClockSetting setting = clocks.setting();
    System.out.println(
        clock.now()
            + " "
            + setting.mode().wireName()
            + (setting.mode() == ClockSetting.Mode.ACCELERATED ? " x" + setting.rate() : ""));
    return 0;
  }

  /** Lets business time stand still. */
  @Command(name = "fix", description = "Lets business time stand still at an instant.")
  static class Fix implements Callable<Integer> {

    @Parameters(paramLabel = "INSTANT", description = "for example 2011-12-10T00:00Z")
    String at;

    @Inject BusinessClocks clocks;
    @Inject Audit audit;

    @Override
    @Transactional
    public Integer call() {
      Instant instant = Instants.parse(at);
      clocks.fix(instant);
      audit.record(Actor.name(), "clock-fixed", "business-clock", instant.toString());
      System.out.println(instant + " fixed");
      return 0;
    }
  }

  /** Lets business time run fast. */
  @Command(name = "accelerate", description = "Lets business time run fast.")
  static class Accelerate implements Callable<Integer> {

    @Option(
        names = "--rate",
        required = true,
        paramLabel = "N",
        description = "business seconds per second; 1440 makes a day of a minute")
    double rate;

    @Option(
        names = "--from",
        paramLabel = "INSTANT",
        description = "where business time runs on from (else from where it is)")
    @Nullable String from;

    @Inject BusinessClock clock;
    @Inject BusinessClocks clocks;
    @Inject Audit audit;

    @Override
    @Transactional
    public Integer call() {
      String given = from;
      Instant start = given == null ? clock.now() : Instants.parse(given);
      if (!(rate > 0 && rate <= 1_000_000)) {
        throw Problem.badRequest("--rate must be in (0, 1000000], was " + rate + ".");
      }
      clocks.accelerate(start, rate);
      audit.record(Actor.name(), "clock-accelerated", "business-clock", start + " x" + rate);
      System.out.println(start + " accelerated x" + rate);
      return 0;
    }
  }

  /** Sets business time to machine time. */
  @Command(name = "real", description = "Sets business time to machine time.")
  static class Real implements Callable<Integer> {

    @Inject BusinessClock clock;
    @Inject BusinessClocks clocks;
    @Inject Audit audit;

    @Override
    @Transactional
    public Integer call() {
      clocks.real();
      audit.record(Actor.name(), "clock-real", "business-clock", null);
      System.out.println(clock.now() + " real");
      return 0;
    }
  }
}
