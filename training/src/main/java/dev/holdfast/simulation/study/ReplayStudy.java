package dev.holdfast.simulation.study;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.ChurnDefinition;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.Priors;
import dev.holdfast.event.Event;
import dev.holdfast.simulation.Scenario;
import dev.holdfast.simulation.Simulation;
import dev.holdfast.training.CustomerHistory;
import dev.holdfast.training.Replay;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Whether training sees what serving saw. Events reach a state one by one as they arrive, late,
 * twice and out of order, as the stream applies them: a repeat is dropped, an event of the past
 * rebuilds the state from all that is stored, and the state is written and read back. At twelve
 * cut-offs each customer's features are compared with those of a replay of the complete history.
 */
final class ReplayStudy implements Study {

  private static final int FIRST_DAY = 60;
  private static final int DAYS_APART = 27;
  private static final int CUTOFFS = 12;

  @Override
  public String name() {
    return "replay";
  }

  @Override
  public String question() {
    return "Are the features that training computes those that the service had at that instant?";
  }

  @Override
  public List<Finding> run(Plan plan, Consumer<String> progress) {
    List<Finding> findings = new ArrayList<>();
    for (long seed : plan.seeds()) {
      progress.accept("replay: a world of seed " + seed);
      findings.addAll(ofOne(seed, plan.customers()));
    }
    return findings;
  }

  private List<Finding> ofOne(long seed, int customers) {
    Simulation simulation = World.of(seed, customers, Scenario.ordinary());
    List<Live> live = new ArrayList<>();
    for (int i = 0; i < customers; i++) {
      live.add(new Live());
    }
    Histories histories = new Histories(customers);
    List<Instant> cutoffs = new ArrayList<>();
    List<float[][]> served = new ArrayList<>();
    for (int k = 0; k < CUTOFFS; k++) {
      Instant at = World.FROM.plus(Duration.ofDays(FIRST_DAY + (long) k * DAYS_APART));
      // What arrives at the very instant is known at it.
      simulation.advanceTo(
          at.plusNanos(1),
          event -> {
            histories.accept(event);
            live.get((int) Histories.idOf(event.customer()) - 1).take(event);
          });
      cutoffs.add(at);
      float[][] features = new float[customers][];
      for (int i = 0; i < customers; i++) {
        features[i] = live.get(i).features(at);
      }
      served.add(features);
    }
    // Everything that is still on its way arrives, so that the replay could see too much.
    simulation.advanceTo(World.END, histories);

    double largest = 0;
    long compared = 0;
    for (CustomerHistory customer : histories.all()) {
      Replay replay = new Replay(customer.events());
      for (int k = 0; k < CUTOFFS; k++) {
        ActivityState state = replay.at(cutoffs.get(k));
        float[] then = served.get(k)[(int) customer.customerId() - 1];
        if (then.length == 0) {
          largest = state.usageOccasions() == 0 ? largest : Double.POSITIVE_INFINITY;
          continue;
        }
        float[] replayed = Features.of(state, cutoffs.get(k), Priors.standard());
        for (int j = 0; j < replayed.length; j++) {
          largest = Math.max(largest, Math.abs((double) replayed[j] - then[j]));
        }
        compared += replayed.length;
      }
    }
    long late = live.stream().mapToLong(one -> one.rebuilt).sum();
    long repeats = live.stream().mapToLong(one -> one.repeated).sum();
    String n =
        String.format(
            Locale.ROOT, "%,d values, %,d rebuilds, %,d repeats", compared, late, repeats);
    return List.of(
        Finding.told(name(), "largest difference of a feature", "" + seed, n, largest)
            .atMost(1e-9));
  }

  /** One customer as the stream keeps them. */
  private static final class Live {

    private final List<Event> stored = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private byte[] state = ActivityState.empty().toBytes();
    private long rebuilt;
    private long repeated;

    void take(Event event) {
      if (!seen.add(event.id())) {
        repeated++;
        return;
      }
      stored.add(event);
      ActivityState read = ActivityState.fromBytes(state);
      if (read.precedesLast(event)) {
        rebuilt++;
        read = ActivityState.empty();
        new CustomerHistory(1, stored).events().forEach(read::apply);
      } else {
        read.apply(event);
      }
      state = read.toBytes();
    }

    /** Empty before the first event, or while the newest lies ahead of a device's wrong clock. */
    float[] features(Instant at) {
      ActivityState read = ActivityState.fromBytes(state);
      if (read.lastOccurredAt().isAfter(at)) {
        // The clock of a device runs ahead: the service counts silence from what it knows then.
        read = ActivityState.empty();
        for (Event event : new CustomerHistory(1, stored).events()) {
          if (!event.occurredAt().isAfter(at)) {
            read.apply(event);
          }
        }
      }
      return read.usageOccasions() == 0 ? new float[0] : Features.of(read, at, Priors.standard());
    }
  }

  /** What is called churn in the studies that need no training. */
  static ChurnDefinition churn() {
    return ChurnDefinition.silence(30, 30, 1);
  }
}
