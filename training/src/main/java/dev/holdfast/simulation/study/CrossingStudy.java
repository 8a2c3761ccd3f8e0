package dev.holdfast.simulation.study;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.model.Crossing;
import dev.holdfast.simulation.Scenario;
import dev.holdfast.simulation.Simulation;
import dev.holdfast.training.CustomerHistory;
import dev.holdfast.training.Exposures;
import dev.holdfast.training.Rehearsal;
import dev.holdfast.training.Replay;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Whether silence is heard in time. From a trained model and 10,000 states of customers, taken at
 * their cut-offs, the risk is followed through silence: it may never fall; the minute at which it
 * reaches a level must be the one that a walk minute by minute finds; and no path that reaches the
 * level within the horizon may be without its minute.
 */
final class CrossingStudy implements Study {

  private static final int PATHS = 10_000;
  private static final int WALKED = 120;
  private static final int STEPS = 60;
  private static final int DAYS = 90;
  private static final Duration WALK = Duration.ofDays(21);
  private static final double[] LEVELS = {0.1, 0.2, 0.3, 0.5};

  @Override
  public String name() {
    return "crossing";
  }

  @Override
  public String question() {
    return "Does risk only rise in silence, and is the minute at which it reaches a level found?";
  }

  @Override
  public List<Finding> run(Plan plan, Consumer<String> progress) {
    long seed = plan.seeds().get(0);
    progress.accept("crossing: a world of seed " + seed);
    Simulation simulation = World.of(seed, plan.customers(), Scenario.ordinary());
    Histories histories = new Histories(plan.customers());
    simulation.advanceTo(World.END, histories);
    Rehearsal model = Rehearsal.of(World.experiment(seed), histories, Exposures.none(), progress);
    return new Paths(model, histories, seed, progress).walk();
  }

  private record Path(ActivityState state, Instant from) {}

  private final class Paths {

    private final Rehearsal model;
    private final Histories histories;
    private final long seed;
    private final Consumer<String> progress;

    private long falls;
    private long compared;
    private long missed;
    private long early;
    private long reached;
    private long walked;
    private long different;

    Paths(Rehearsal model, Histories histories, long seed, Consumer<String> progress) {
      this.model = model;
      this.histories = histories;
      this.seed = seed;
      this.progress = progress;
    }

    List<Finding> walk() {
      SplittableRandom random = new SplittableRandom(seed);
      List<Path> paths = paths();
      for (Path path : paths) {
        follow(path, random);
        cross(path, LEVELS[random.nextInt(LEVELS.length)]);
      }
      progress.accept("crossing: walking " + WALKED + " paths minute by minute");
      for (int i = 0; walked < WALKED && i < paths.size(); i++) {
        walk(paths.get((int) ((i * 7919L) % paths.size())), LEVELS[i % LEVELS.length]);
      }
      String seeds = Long.toString(seed);
      String crossings = String.format(Locale.ROOT, "%,d paths, %,d cross", paths.size(), reached);
      return List.of(
          Finding.told(name(), "silent paths", seeds, "", paths.size()).atLeast(PATHS),
          Finding.told(
                  name(),
                  "steps on which risk falls in silence",
                  seeds,
                  String.format(Locale.ROOT, "%,d steps of %,d paths", compared, paths.size()),
                  falls)
              .within(0, 0),
          Finding.told(name(), "crossings missed", seeds, crossings, missed).within(0, 0),
          Finding.told(name(), "crossings a minute or more off", seeds, crossings, early)
              .within(0, 0),
          Finding.told(
                  name(),
                  "crossings other than a walk by minutes finds",
                  seeds,
                  walked + " paths walked",
                  different)
              .within(0, 0));
    }

    /** States of the customers at cut-offs three weeks apart, until there are enough. */
    private List<Path> paths() {
      List<Path> paths = new ArrayList<>();
      for (int back = 0; paths.size() < PATHS && back < 15; back++) {
        Instant at = World.CUTOFF.minus(Duration.ofDays(21L * back));
        for (CustomerHistory customer : histories.all()) {
          ActivityState state = new Replay(customer.events()).at(at);
          if (paths.size() < PATHS && ReplayStudy.churn().eligible(state, at)) {
            paths.add(new Path(state, at));
          }
        }
      }
      return paths;
    }

    private void follow(Path path, SplittableRandom random) {
      double before = model.risk(path.state(), path.from());
      double seconds = 0;
      for (int step = 0; step < STEPS; step++) {
        // Some steps of minutes, some of days: from one bend of a curve to the next.
        seconds += 60 * Math.exp(random.nextDouble() * Math.log(2.0 * DAYS * 1440 / STEPS));
        Instant at = path.from().plusSeconds((long) seconds);
        double risk = model.risk(path.state(), at);
        falls += risk < before ? 1 : 0;
        before = risk;
        compared++;
      }
    }

    private void cross(Path path, double level) {
      if (model.risk(path.state(), path.from()) >= level) {
        return;
      }
      Duration horizon = Duration.ofDays(DAYS);
      Optional<Instant> found = find(path, level, horizon);
      Instant last = path.from().plus(horizon).truncatedTo(ChronoUnit.MINUTES);
      boolean crosses = model.risk(path.state(), last) >= level;
      missed += crosses && found.isEmpty() ? 1 : 0;
      if (found.isPresent()) {
        reached++;
        boolean there = model.risk(path.state(), found.get()) >= level;
        Instant minuteBefore = found.get().minus(Duration.ofMinutes(1));
        boolean notBefore =
            minuteBefore.isBefore(path.from()) || model.risk(path.state(), minuteBefore) < level;
        early += there && notBefore ? 0 : 1;
      }
    }

    private void walk(Path path, double level) {
      if (model.risk(path.state(), path.from()) >= level) {
        return;
      }
      Optional<Instant> found = find(path, level, WALK);
      // A path that never crosses is a long walk to nothing; one in four says enough.
      if (found.isEmpty() && walked % 4 != 0) {
        return;
      }
      walked++;
      Instant at = path.from().truncatedTo(ChronoUnit.MINUTES);
      Instant end = at.plus(WALK);
      Optional<Instant> byWalking = Optional.empty();
      while (byWalking.isEmpty() && at.isBefore(end)) {
        at = at.plus(Duration.ofMinutes(1));
        if (model.risk(path.state(), at) >= level) {
          byWalking = Optional.of(at);
        }
      }
      different += byWalking.equals(found) ? 0 : 1;
    }

    private Optional<Instant> find(Path path, double level, Duration horizon) {
      return Crossing.first(at -> model.risk(path.state(), at), path.from(), horizon, level);
    }
  }
}
