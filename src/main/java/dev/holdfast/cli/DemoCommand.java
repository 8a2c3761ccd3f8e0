package dev.holdfast.cli;

import dev.holdfast.access.Users;
import dev.holdfast.campaign.CallLists;
import dev.holdfast.campaign.CallLists.CallList;
import dev.holdfast.campaign.CampaignSettings;
import dev.holdfast.campaign.Campaigns;
import dev.holdfast.campaign.OfferText;
import dev.holdfast.customer.CustomerChange;
import dev.holdfast.customer.CustomerChange.ConsentGiven;
import dev.holdfast.customer.CustomerChange.ContactPointGiven;
import dev.holdfast.customer.CustomerRecords;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventLog;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Settings;
import dev.holdfast.platform.SystemClock;
import dev.holdfast.scoring.Rescores;
import dev.holdfast.simulation.Population;
import dev.holdfast.simulation.SimulatedCustomer;
import dev.holdfast.simulation.Simulation;
import dev.holdfast.stream.PartitionProgress;
import dev.holdfast.training.Experiment;
import dev.holdfast.training.StoreTraining;
import dev.holdfast.training.TrainingResult;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.Quarkus;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The newcomer's command: a simulated population with a year of history on the real parts, a model
 * trained on it, a campaign, and time that runs fast enough to watch silence become a call.
 */
@Command(
    name = "demo",
    description = "Shows the whole way on a simulated population, in accelerated time.")
@Needs(value = Needs.Parts.SERVICE, home = "var/demo")
class DemoCommand implements Callable<Integer> {

  private static final String ACTOR = "demo";
  private static final String LIVE_FROM = "demo.live-from";
  private static final String REACHED = "demo.reached";
  private static final String CAMPAIGN = "stay-with-us";
  private static final double ENTER = 0.3;
  private static final double HOLD_OUT = 0.2;
  private static final long SEED = 2026;
  private static final Duration HISTORY = Duration.ofDays(365);
  private static final Duration STEP = Duration.ofMillis(500);
  private static final int REPORT_EVERY = 30;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @Option(
      names = "--customers",
      paramLabel = "N",
      defaultValue = "3000",
      description = "size of the population (default 3000)")
  int size;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "1440",
      description = "business seconds per second (default 1440: a day a minute)")
  double rate;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "of the HTTP server (else HOLDFAST_PORT, else 8080; 0 takes a free one)")
  @Nullable Integer port;

  @Option(
      names = "--experiment",
      paramLabel = "FILE",
      defaultValue = "training/experiments/demo.yaml",
      description = "what to train (default training/experiments/demo.yaml)")
  Path experiment;

  @Inject Settings settings;
  @Inject BusinessClock clock;
  @Inject BusinessClocks clocks;
  @Inject SystemClock system;
  @Inject CustomerRecords customers;
  @Inject Sources sources;
  @Inject EventLog log;
  @Inject PartitionProgress progress;
  @Inject StoreTraining training;
  @Inject ModelRegistry models;
  @Inject Rescores rescores;
  @Inject Campaigns campaigns;
  @Inject CallLists lists;
  @Inject Users users;

  @Override
  public Integer call() throws InterruptedException {
    Simulation simulation =
        settings.get(LIVE_FROM).isPresent() ? resumed(settings.get(LIVE_FROM).get()) : prepared();
    String address = ServeCommand.announce();
    clocks.accelerate(simulation.now(), rate);
    awaitList();
    show(address);
    ScheduledExecutorService life = Executors.newSingleThreadScheduledExecutor();
    life.scheduleWithFixedDelay(
        new Life(simulation), STEP.toMillis(), STEP.toMillis(), TimeUnit.MILLISECONDS);
    Quarkus.waitForExit();
    life.shutdown();
    if (life.awaitTermination(10, TimeUnit.SECONDS)) {
      // Business time stands still while nobody simulates it.
      clocks.fix(simulation.now());
    }
    return 0;
  }

  /** Everything up to the first list, from an empty data folder. */
  private Simulation prepared() throws InterruptedException {
    Instant liveFrom = system.now().truncatedTo(ChronoUnit.DAYS);
    clocks.fix(liveFrom);
    Population population = Population.draw(SEED, size, liveFrom.minus(HISTORY));
    Simulation simulation = new Simulation(population, liveFrom);
    say("making " + size + " customers");
    for (List<SimulatedCustomer> some : inHundreds(population.customers())) {
      QuarkusTransaction.requiringNew().run(() -> some.forEach(this::introduce));
    }
    sources.declare(Simulation.SOURCE, Cadence.STREAM, Duration.ofDays(1));
    say("streaming a year of their history");
    EventLog.Batch history = log.open();
    simulation.advanceTo(liveFrom, history::add);
    history.finish();
    awaitApplied();
    sources.completeThrough(Simulation.SOURCE, liveFrom);
    TrainingResult trained = training.train(Experiment.read(experiment), ACTOR, DemoCommand::say);
    TrainCommand.print(trained);
    models.promote(
        trained.version(),
        ACTOR,
        trained.gate().passed() ? "passed its gate" : "the demo shows it all the same");
    campaigns.start(
        CampaignSettings.named(CAMPAIGN)
            .enterThreshold(ENTER)
            .holdOutShare(HOLD_OUT)
            .intake(60)
            .offer(
                List.of(
                    new OfferText("en", "Three months at half price"),
                    new OfferText("zh", "三个月半价")))
            .build(),
        ACTOR);
    settings.put(LIVE_FROM, liveFrom.toString(), ACTOR);
    settings.put(REACHED, liveFrom.toString(), ACTOR);
    return simulation;
  }

  /** The same population, lived again up to where the last demo stopped. */
  private Simulation resumed(String liveFrom) {
    Instant start = Instant.parse(liveFrom);
    Instant reached = settings.get(REACHED).map(Instant::parse).orElse(start);
    clocks.fix(reached);
    Simulation simulation =
        new Simulation(Population.draw(SEED, size, start.minus(HISTORY)), start);
    say("taking up the simulation at " + reached);
    simulation.advanceTo(reached, event -> {});
    return simulation;
  }

  private void introduce(SimulatedCustomer customer) {
    customers.change(
        customer.externalId(),
        new CustomerChange(
            null,
            customer.zone().getId(),
            Map.of("name", customer.name(), "plan", customer.plan(), "region", customer.region()),
            List.of(new ContactPointGiven("phone", customer.phone())),
            List.of(new ConsentGiven("phone", "retention", customer.consent())),
            null),
        CustomerRecords.Absent.REPLACED,
        null,
        ACTOR);
  }

  private void awaitApplied() throws InterruptedException {
    Instant until = system.now().plus(PATIENCE);
    for (long behind = progress.behind(); behind > 0; behind = progress.behind()) {
      say(behind + " events still to apply");
      require(system.now().isBefore(until), "the stream does not catch up");
      TimeUnit.SECONDS.sleep(2);
    }
  }

  private void awaitList() throws InterruptedException {
    Instant until = system.now().plus(PATIENCE);
    while (rescores.scored() == 0 || rescores.waiting() > 0 || list().calls().isEmpty()) {
      require(system.now().isBefore(until), "nobody comes onto the call list");
      TimeUnit.MILLISECONDS.sleep(500);
    }
  }

  private CallList list() {
    Optional<Long> id = lists.idOf(CAMPAIGN);
    return lists.today(id.orElseThrow(() -> Problem.notFound("The demo's campaign is gone")));
  }

  private void show(String address) {
    String password = users.resetPassword("lead", ACTOR);
    CallList list = list();
    ListCommand.print(list, 10);
    String first = list.calls().isEmpty() ? "sim:000001" : list.calls().get(0).customer();
    System.out.printf(
        """

        Look at
          %s/                                    the pages (user lead, whose password is now %s)
          curl -u 'lead:%s' %s/api/v1/customers/%s/risk
          curl -u 'lead:%s' %s/api/v1/campaigns/%d/call-list
        A business day passes every %.0f seconds; Ctrl-C stops, the next start goes on from here.

        """,
        address,
        password,
        password,
        address,
        first,
        password,
        address,
        list.campaignId(),
        86_400 / rate);
  }

  private static List<List<SimulatedCustomer>> inHundreds(List<SimulatedCustomer> all) {
    List<List<SimulatedCustomer>> parts = new ArrayList<>();
    for (int from = 0; from < all.size(); from += 100) {
      parts.add(all.subList(from, Math.min(all.size(), from + 100)));
    }
    return parts;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw Problem.unavailable(otherwise + "; the log tells why", Duration.ofMinutes(1));
    }
  }

  private static void say(String line) {
    System.err.println(line + " ...");
  }

  /** Keeps the events flowing and tells now and then what became of them. */
  private final class Life implements Runnable {

    private final Simulation simulation;
    private int steps;

    Life(Simulation simulation) {
      this.simulation = simulation;
    }

    @Override
    public void run() {
      try {
        List<Event> arrived = new ArrayList<>();
        simulation.advanceTo(clock.now(), arrived::add);
        if (!arrived.isEmpty()) {
          log.send(arrived);
        }
        if (++steps % REPORT_EVERY == 0) {
          settings.put(REACHED, simulation.now().toString(), ACTOR);
          CallList list = list();
          System.out.printf(
              "%s  %d to call today, %d pending; first: %s%n",
              simulation.now().truncatedTo(ChronoUnit.MINUTES),
              list.calls().size(),
              list.pending(),
              list.calls().isEmpty()
                  ? "nobody"
                  : list.calls().get(0).customer()
                      + " "
                      + String.join("; ", list.calls().get(0).reasons()));
        }
      } catch (RuntimeException failure) {
        System.err.println("holdfast: the demo could not go on: " + failure.getMessage());
      }
    }
  }
}
