package dev.holdfast.simulation;

import java.time.Instant;
import java.util.function.Consumer;

/**
 * Where one customer stands at an instant: what drives their life, for how long they have been
 * silent, and how likely somebody who knows all but the leaving itself must think it that they are
 * gone.
 *
 * <p>Made by living the life once more. What drives it goes on after they left, as it would have
 * had they stayed: who does not know that they left sees no difference but silence.
 */
final class Standing {

  private final Signs signs;
  private final Condition condition;
  private final Silence silence;
  private final long joinedAt;
  private final long now;
  private double perhapsGone;
  private Day today;

  private Standing(Simulation simulation, int index) {
    Population population = simulation.population();
    now = simulation.now().toEpochMilli();
    joinedAt = population.customers().get(index).joinedAt().toEpochMilli();
    signs = new Signs(Math.max(joinedAt, population.from().toEpochMilli()), now);
    Life life = simulation.lifeUpToNow(index);
    simulation.relive(index, life, simulation.now(), population.from(), signs);
    signs.left(life, simulation.now());
    condition = Condition.atFirst(population, index, simulation.scenario());
    simulation.contactsOf(index).forEach(condition.calls()::make);
    silence = new Silence(condition.traits().regularity());
    today = simulation.firstDayOf(index);
    simulation.forEachDay(index, simulation.now(), this::pass);
  }

  /** Where a customer who has joined stands at the instant at which the simulation does. */
  static Standing of(Simulation simulation, int index) {
    return new Standing(simulation, index);
  }

  private void pass(Day day) {
    today = day;
    if (joinedAt >= day.end()) {
      return;
    }
    if (signs.leftAt < day.start()) {
      // A suspension would be announced, so silence is not taken for one.
      condition.line().settle();
    }
    condition.live(day);
    long ends = Math.min(day.end(), now);
    long heard = Math.max(day.start(), Math.min(ends, signs.any));
    // Each of the two grows old from its own latest occurrence on.
    silence.last(
        condition.uses() * served(day, signs.use, heard),
        condition.topUps() * served(day, signs.topUp, heard));
    if (heard < ends) {
      listen(day, heard, ends);
    }
  }

  /** Nothing was heard in this part of a day: they may have left, or it is just silence. */
  private void listen(Day day, long from, long to) {
    double part = day.partAt(to) - day.partAt(from);
    double logSilence =
        silence.last(
                condition.uses() * served(day, from, to),
                condition.topUps() * served(day, from, to))
            - condition.contacts() * part;
    double leaves = -StrictMath.expm1(-condition.hazard() * part);
    double unannounced = leaves * (1 - Life.shareWhoCancel());
    double left = perhapsGone + (1 - perhapsGone) * unannounced * Silence.meanUntil(logSilence);
    double there = (1 - perhapsGone) * (1 - leaves) * StrictMath.exp(logSilence);
    perhapsGone = left + there > 0 ? left / (left + there) : 1;
  }

  /** The share of a day's activity in which they could use the service between two instants. */
  private double served(Day day, long from, long to) {
    if (to <= from) {
      return 0;
    }
    Service service = condition.service();
    return service.shareBy(day.partAt(to)) - service.shareBy(day.partAt(from));
  }

  /** True if they left before now. */
  boolean gone() {
    return signs.leftAt < now;
  }

  /** True if they left before now and told the company so. */
  boolean goneAndSaidSo() {
    return gone() && signs.saidSo;
  }

  /** Probability that they are gone, to one who knows all but that; 0 right after a sign. */
  double perhapsGone() {
    return perhapsGone;
  }

  /** The local day of now. */
  Day today() {
    return today;
  }

  Condition condition() {
    return condition;
  }

  Silence silence() {
    return silence;
  }

  /** The latest signs of life before now, and the leaving. */
  private static final class Signs implements Consumer<Happening> {

    private final long now;
    private long use;
    private long topUp;
    private long any;
    private long leftAt = Long.MAX_VALUE;
    private boolean saidSo;

    Signs(long since, long now) {
      this.now = now;
      use = since;
      topUp = since;
      any = since;
    }

    @Override
    public void accept(Happening happening) {
      long at = happening.at().toEpochMilli();
      if (at > now) {
        return;
      }
      switch (happening.kind()) {
        case USAGE -> {
          // A use because of a call does not begin a new gap.
          use = happening.ownNumber() == null ? Math.max(use, at) : use;
          any = Math.max(any, at);
        }
        case PURCHASE -> {
          topUp = Math.max(topUp, at);
          any = Math.max(any, at);
        }
        case INTERACTION -> any = Math.max(any, at);
        default -> {
          // Known from the condition, or done by the company.
        }
      }
    }

    void left(Life life, Instant by) {
      Instant left = life.leftBy(by);
      if (left != null) {
        leftAt = left.toEpochMilli();
        saidSo = life.cancelled();
      }
    }
  }
}
