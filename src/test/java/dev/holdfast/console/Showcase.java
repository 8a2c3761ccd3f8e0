package dev.holdfast.console;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import dev.holdfast.access.ApiKeys;
import dev.holdfast.access.Roles;
import dev.holdfast.access.Users;
import dev.holdfast.campaign.CampaignSettings;
import dev.holdfast.campaign.Campaigns;
import dev.holdfast.campaign.OfferText;
import dev.holdfast.campaign.ReplayRuns;
import dev.holdfast.campaign.ReplaySettings;
import dev.holdfast.campaign.StartEvent;
import dev.holdfast.customer.CustomerChange;
import dev.holdfast.customer.CustomerChange.ConsentGiven;
import dev.holdfast.customer.CustomerChange.ContactPointGiven;
import dev.holdfast.customer.CustomerRecords;
import dev.holdfast.customer.Customers;
import dev.holdfast.customer.Erasures;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.EventLog;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.monitoring.Monitoring;
import dev.holdfast.platform.Broker;
import dev.holdfast.platform.BusinessClocks;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.Topics;
import dev.holdfast.simulation.Outage;
import dev.holdfast.simulation.Population;
import dev.holdfast.simulation.Scenario;
import dev.holdfast.simulation.Segment;
import dev.holdfast.simulation.SimulatedCustomer;
import dev.holdfast.simulation.Simulation;
import dev.holdfast.stream.PartitionProgress;
import dev.holdfast.stream.Timers;
import dev.holdfast.testsupport.Callers;
import dev.holdfast.testsupport.TestModel;
import dev.holdfast.training.Experiment;
import dev.holdfast.training.StoreTraining;
import dev.holdfast.training.TrainingResult;
import dev.holdfast.warning.BellWatch;
import dev.holdfast.warning.FeedWatch;
import dev.holdfast.warning.Incident;
import dev.holdfast.warning.Incidents;
import dev.holdfast.warning.Look;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.restassured.http.ContentType;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A company in its second year with Holdfast, for the pictures of the documents: simulated
 * customers on the real stream, a model trained on them and watched for twelve weeks, a region that
 * cannot use the service, a campaign that has ended and one that runs. Only the ended campaign is
 * written down rather than lived: its lot is drawn so that it worked.
 */
@ApplicationScoped
class Showcase {

  /** A Wednesday, in the hours in which customers may be called. */
  static final Instant NOW = Instant.parse("2026-11-18T09:30:00Z");

  /** What the lead wrote and reads again within words of ours. */
  static final List<String> WRITTEN =
      List.of("Autumn renewal", "Stay with us", "After a complaint");

  static final String AGENT = "lin.mei";
  static final String LEAD = "anna.keller";
  static final String SCIENTIST = "dora.weiss";
  static final String OPERATOR = "omar.haddad";

  private static final int CUSTOMERS = 1_000;
  private static final long SEED = 2026;
  private static final int WEEKS = 12;
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Instant TODAY = NOW.truncatedTo(ChronoUnit.DAYS);
  private static final Instant LIVE_FROM = TODAY.minus(WEEK.multipliedBy(WEEKS));
  private static final Instant BEGINNING = LIVE_FROM.minus(Duration.ofDays(300));
  private static final Instant AUTUMN = LIVE_FROM.plus(Duration.ofDays(2));
  private static final String BILLING = "billing";
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final String REGION = "Shanghai";

  private static final String EXPERIMENT =
      """
      name: autumn
      churn: {horizon: P30D, maximumIdleDays: 30}
      lateness: P1D
      minimumHistoryDays: 45
      snapshots: {spacingDays: 30, count: 5, spread: true}
      logistic: {}
      boosting: {}
      calibration: auto
      gate: {minimumTestRows: 200}
      seed: 1
      """;

  private final Users users;
  private final ApiKeys keys;
  private final BusinessClocks clocks;
  private final CustomerRecords records;
  private final Customers customers;
  private final Sources sources;
  private final EventLog log;
  private final Broker broker;
  private final PartitionProgress progress;
  private final StoreTraining training;
  private final ModelRegistry models;
  private final Monitoring monitoring;
  private final Campaigns campaigns;
  private final ReplayRuns replays;
  private final Timers timers;
  private final BellWatch bell;
  private final FeedWatch feeds;
  private final Incidents incidents;
  private final Erasures erasures;
  private final DataSource database;
  private final Random random = new Random(SEED);

  /** When each customer was last seen using the service. */
  private final Map<String, Instant> lastUses = new HashMap<>();

  private boolean made;
  private long ended;
  private long running;
  private long replay;
  private long erasure;

  Showcase(
      Users users,
      ApiKeys keys,
      BusinessClocks clocks,
      CustomerRecords records,
      Customers customers,
      Sources sources,
      EventLog log,
      Broker broker,
      PartitionProgress progress,
      StoreTraining training,
      ModelRegistry models,
      Monitoring monitoring,
      Campaigns campaigns,
      ReplayRuns replays,
      Timers timers,
      BellWatch bell,
      FeedWatch feeds,
      Incidents incidents,
      Erasures erasures,
      DataSource database) {
    this.users = users;
    this.keys = keys;
    this.clocks = clocks;
    this.records = records;
    this.customers = customers;
    this.sources = sources;
    this.log = log;
    this.broker = broker;
    this.progress = progress;
    this.training = training;
    this.models = models;
    this.monitoring = monitoring;
    this.campaigns = campaigns;
    this.replays = replays;
    this.timers = timers;
    this.bell = bell;
    this.feeds = feeds;
    this.incidents = incidents;
    this.erasures = erasures;
    this.database = database;
  }

  /** The campaign that has ended, with an effect. */
  long ended() {
    return ended;
  }

  /** The campaign that runs. */
  long running() {
    return running;
  }

  /** A replay of the campaign that runs. */
  long replay() {
    return replay;
  }

  /** What was done when somebody wished to be erased. */
  long erasure() {
    return erasure;
  }

  /** The incident of the region. */
  long incident() {
    return incidents.list(false, 100).stream()
        .filter(one -> one.kind().equals("cohort"))
        .mapToLong(Incident::id)
        .min()
        .orElseThrow();
  }

  /** A customer on the list of today, whom the agent does not have in hand. */
  String customer() {
    List<String> listed =
        given()
            .header("Authorization", Callers.authorization(Roles.RETENTION_LEAD))
            .get("/api/v1/campaigns/" + running + "/call-list")
            .jsonPath()
            .getList("calls.customer");
    return listed.get(listed.size() / 2);
  }

  /** Lives the twelve weeks; the second call does nothing. Takes minutes. */
  void make() throws IOException, SQLException {
    if (made) {
      return;
    }
    people();
    clocks.fix(LIVE_FROM);
    Population population = Population.draw(SEED, CUSTOMERS, BEGINNING);
    Simulation simulation =
        new Simulation(
            population,
            Scenario.ordinary()
                .with(
                    new Outage(
                        Segment.ofRegion(REGION),
                        TODAY.minus(Duration.ofDays(6)),
                        Duration.ofDays(7),
                        0.9)),
            LIVE_FROM);
    for (int from = 0; from < CUSTOMERS; from += 100) {
      List<SimulatedCustomer> some = population.customers().subList(from, from + 100);
      QuarkusTransaction.requiringNew().run(() -> some.forEach(this::introduce));
    }
    sources.declare(Simulation.SOURCE, Cadence.STREAM, Duration.ofDays(1));
    sources.declare(BILLING, Cadence.DAILY, Duration.ofDays(2));
    advance(simulation, LIVE_FROM);
    train();
    campaignOfAutumn();
    for (int week = 1; week <= WEEKS; week++) {
      Instant end = LIVE_FROM.plus(WEEK.multipliedBy(week));
      if (week <= WEEKS - 2) {
        advance(simulation, end);
      } else {
        if (running == 0) {
          campaignOfToday();
        }
        for (Instant day = end.minus(WEEK); day.isBefore(end); day = day.plus(Duration.ofDays(1))) {
          advance(simulation, day.plus(Duration.ofDays(1)));
          timers.sweep();
        }
      }
      monitoring.run();
    }
    bell.look();
    advance(simulation, NOW);
    timers.sweep();
    feeds.look();
    incidentOfTheRegion();
    outcomesOfAutumn(population);
    campaigns.end(ended, "Everybody it was for has been called.", LEAD);
    quarantine();
    imports();
    replays();
    erasure = somebodyLeavesForGood();
    shift();
    made = true;
  }

  private void people() {
    Callers.create(users);
    users.create(AGENT, Callers.PASSWORD, List.of(Roles.AGENT), OPERATOR);
    users.create(LEAD, Callers.PASSWORD, List.of(Roles.RETENTION_LEAD), OPERATOR);
    users.create(SCIENTIST, Callers.PASSWORD, List.of(Roles.DATA_SCIENTIST), OPERATOR);
    users.create(OPERATOR, Callers.PASSWORD, List.of(Roles.OPERATOR), OPERATOR);
    keys.create("crm", Set.of(Roles.SERVICE), null, OPERATOR);
    keys.create("dialer", Set.of(Roles.SERVICE), null, OPERATOR);
  }

  private void introduce(SimulatedCustomer customer) {
    records.change(
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
        OPERATOR);
  }

  /** Lets everybody live on, and the company know of it. */
  private void advance(Simulation simulation, Instant to) {
    clocks.fix(to);
    EventLog.Batch batch = log.open();
    simulation.advanceTo(
        to,
        event -> {
          if (event.kind() == EventKind.USAGE) {
            lastUses.merge(event.customer(), event.occurredAt(), (a, b) -> a.isAfter(b) ? a : b);
          }
          batch.add(event);
        });
    bills(to).forEach(batch::add);
    batch.finish();
    await().atMost(PATIENCE).until(progress::allCaughtUp);
    sources.completeThrough(Simulation.SOURCE, to);
  }

  /** Bills come once a day, and have not come for four days. */
  private static List<Event> bills(Instant to) {
    if (to.isAfter(TODAY.minus(Duration.ofDays(4)))) {
      return List.of();
    }
    List<Event> bills = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Instant at = to.minus(Duration.ofHours(3 + i));
      bills.add(
          new Event(
              "bill-" + i + "-" + at,
              BILLING,
              "sim:00000" + i,
              "bill_sent",
              EventKind.CONTRACT,
              at,
              at,
              false,
              1,
              null,
              null,
              "mail",
              Map.of(),
              false));
    }
    return bills;
  }

  private void train() throws IOException {
    Path experiment =
        Files.writeString(
            Files.createDirectories(Path.of("target")).resolve("showcase.yaml"), EXPERIMENT);
    TrainingResult trained = training.train(Experiment.read(experiment), SCIENTIST, line -> {});
    TestModel.promote(models, "summer-rule-1", 12);
    models.promote(trained.version(), SCIENTIST, "Better on every customer of the last months.");
    models.challenge("summer-rule-1");
  }

  private void campaignOfAutumn() {
    ended =
        campaigns
            .start(
                CampaignSettings.named("Autumn renewal")
                    .enterThreshold(0.5)
                    .holdOutShare(0.5)
                    .intake(0)
                    .build(),
                LEAD)
            .id();
    // Its episodes are written down below.
    campaigns.pause(ended, LEAD);
  }

  private void campaignOfToday() {
    running =
        campaigns
            .start(
                CampaignSettings.named("Stay with us")
                    .enterThreshold(0.2)
                    .holdOutShare(0.2)
                    .intake(40)
                    .offer(
                        List.of(
                            new OfferText(
                                "en", "Three months at half the price, or a plan that fits."),
                            new OfferText("zh", "三个月半价，或换一个合适的套餐。")))
                    .build(),
                LEAD)
            .id();
    campaigns.draft(
        CampaignSettings.named("After a complaint")
            .startsWith(new StartEvent(EventKind.COMPLAINT, null, null, 14, false, null, null))
            .build(),
        LEAD);
  }

  /** Half of all customers of that time; of those who left, most were held out. */
  private void outcomesOfAutumn(Population population) throws SQLException {
    Instant gone = AUTUMN.plus(Duration.ofDays(30));
    try (Connection connection = database.getConnection()) {
      for (SimulatedCustomer customer : population.customers()) {
        Instant last = lastUses.get(customer.externalId());
        if (last == null || last.isBefore(AUTUMN.minus(Duration.ofDays(25)))) {
          continue;
        }
        boolean left = last.isBefore(gone);
        boolean treated = random.nextDouble() < (left ? 0.3 : 0.53);
        assign(connection, customer.externalId(), treated);
      }
    }
  }

  private void assign(Connection connection, String name, boolean treated) throws SQLException {
    long customer = customers.find(name, NOW).orElseThrow();
    Instant at = AUTUMN.plus(Duration.ofMinutes(random.nextInt(7 * 24 * 60)));
    long episode =
        insert(
            connection,
            "INSERT INTO episode (campaign_id, run, party_id, customer_id, cause, risk, model_id,"
                + " arm, opened_at, closed_at, close_reason) SELECT ?, 1, party_id, id,"
                + " 'crossing', ?, ?, ?, ?, ?, 'returned' FROM customer WHERE id = ? RETURNING id",
            ended,
            0.02 + 0.08 * random.nextDouble(),
            models.champion().orElseThrow().id(),
            treated ? "treatment" : "hold-out",
            at,
            at.plus(Duration.ofDays(9)),
            customer);
    insert(
        connection,
        "INSERT INTO ledger (episode_id, campaign_id, run, party_id, customer_id, arm,"
            + " treatment_share, assigned_at) SELECT id, campaign_id, run, party_id, customer_id,"
            + " arm, 0.5, opened_at FROM episode WHERE id = ? RETURNING episode_id",
        episode);
    if (treated) {
      long task =
          insert(
              connection,
              "INSERT INTO call_task (campaign_id, episode_id, party_id, customer_id, state, risk,"
                  + " reasons, created_at) SELECT campaign_id, id, party_id, customer_id, 'done',"
                  + " risk, '[\"no use for 9 days\"]', opened_at FROM episode WHERE id = ?"
                  + " RETURNING id",
              episode);
      Instant called = at.plus(Duration.ofHours(5));
      long attempt =
          insert(
              connection,
              "INSERT INTO contact_attempt (party_id, call_task_id, channel, at, actor) SELECT"
                  + " party_id, id, 'phone', ?, ? FROM call_task WHERE id = ? RETURNING id",
              called,
              AGENT,
              task);
      String[] outcomes = {"accepted", "accepted", "refused", "no-answer", "reached", "busy"};
      insert(
          connection,
          "INSERT INTO outcome (call_task_id, attempt_id, disposition, recorded_at, recorded_by)"
              + " VALUES (?, ?, ?, ?, ?) RETURNING id",
          task,
          attempt,
          outcomes[random.nextInt(outcomes.length)],
          called.plusSeconds(300),
          AGENT);
    }
  }

  /** What the bell says of the region, written down as it would after two bad days. */
  private void incidentOfTheRegion() throws SQLException {
    if (incidents.list(false, 100).stream().anyMatch(one -> one.kind().equals("cohort"))) {
      return;
    }
    try (Connection connection = database.getConnection()) {
      long segment =
          insert(
              connection,
              "INSERT INTO bell_segment (segment_key) VALUES (?) ON DUPLICATE KEY UPDATE id ="
                  + " LAST_INSERT_ID(id) RETURNING id",
              "region=" + REGION);
      int breaks = (int) (TODAY.getEpochSecond() / 86_400) - 2;
      for (int day = breaks - 28; day < breaks + 2; day++) {
        boolean broken = day >= breaks;
        int weekday = Math.floorMod(day, 7);
        insert(
            connection,
            "REPLACE INTO bell_look (slot_seconds, slot, segment_id, due, came, expected, z, own_z,"
                + " cusum, dropped, missing, overdispersion, verdict) VALUES (86400, ?, ?, 108, ?,"
                + " ?, 0, 0, ?, 0, 0, 1, ?) RETURNING slot",
            day,
            segment,
            broken ? 9 + day - breaks : 62 + weekday + random.nextInt(7),
            (65 + weekday) / 108.0,
            broken ? 6.5 * (day - breaks + 1) : random.nextInt(12) / 10.0,
            !broken
                ? Look.Verdict.QUIET.ordinal()
                : day == breaks ? Look.Verdict.QUIET.ordinal() : Look.Verdict.RINGS.ordinal());
      }
      long incident =
          insert(
              connection,
              "INSERT INTO incident (kind, subject, segment_id, slot_seconds, conditions, words,"
                  + " customers, since, opened_at, held, state, open_marker, expected, came,"
                  + " missing_low, missing_high, dropped, detectable) VALUES ('cohort', ?, ?,"
                  + " 86400, '', ?, 108, ?, ?, FALSE, 'open', 1, 138, 19, 101, 137, 0.86, 0.21)"
                  + " RETURNING id",
              "segment:region=" + REGION,
              segment,
              "region="
                  + REGION
                  + ": 86% of the expected visits are missing since 2026-11-16: 19 of 138 came, 101"
                  + " to 137 are missing",
              TODAY.minus(Duration.ofDays(2)),
              TODAY.plus(Duration.ofHours(1)));
      Object[][] traits = {
        {"region=" + REGION, 97, 108, 109, 742, 6.1, 0.0001},
        {"last event=login_failed", 61, 108, 35, 742, 12.0, 0.0001},
        {"channel=app", 84, 108, 401, 742, 1.4, 0.031}
      };
      for (int place = 0; place < traits.length; place++) {
        Object[] trait = traits[place];
        insert(
            connection,
            "INSERT INTO incident_trait (incident_id, place, trait, missing, of_missing, present,"
                + " of_present, lift, p, q) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0.00001, ?)"
                + " RETURNING place",
            incident,
            place + 1,
            trait[0],
            trait[1],
            trait[2],
            trait[3],
            trait[4],
            trait[5],
            trait[6]);
      }
      insert(
          connection,
          "INSERT INTO incident_customer (incident_id, customer_id) SELECT ?, id FROM customer"
              + " WHERE profile LIKE ? LIMIT 97 RETURNING incident_id",
          incident,
          "%" + REGION + "%");
    }
  }

  /** Of nobody who is on another page. */
  private long somebodyLeavesForGood() {
    String name = "crm:4711";
    records.change(
        name,
        new CustomerChange(null, null, Map.of("name", "A. Name"), null, null, null),
        CustomerRecords.Absent.REPLACED,
        null,
        OPERATOR);
    return erasures.erase(name, "A letter of 12 November.", null, LEAD).erasure();
  }

  /** A message that was cut off, and two of names that nobody gave a kind. */
  private void quarantine() {
    for (String message :
        List.of(
            "{\"source\":\"billing\",\"id\":\"b-7782\",\"na",
            bill("b-7790", "sim:000317", "sim_swap"),
            bill("b-7791", "sim:000042", "esim_order"))) {
      broker
          .producer()
          .send(new ProducerRecord<>(Topics.EVENTS, message.getBytes(StandardCharsets.UTF_8)));
    }
    broker.producer().flush();
    await().atMost(PATIENCE).until(progress::allCaughtUp);
  }

  private static String bill(String id, String customer, String name) {
    return "{\"source\":\"billing\",\"id\":\"%s\",\"customer\":\"%s\",\"name\":\"%s\",\"occurredAt\":\"%s\"}"
        .formatted(id, customer, name, NOW.minus(Duration.ofDays(4)));
  }

  /** The campaign of today tried on the spring, as it is and with a higher threshold. */
  private void replays() {
    LocalDate to = LocalDate.ofInstant(TODAY.minus(Duration.ofDays(45)), ZoneOffset.UTC);
    for (Double threshold : Arrays.asList(null, 0.4)) {
      replay =
          replays
              .run(
                  running,
                  new ReplaySettings(to.minusDays(28), to, threshold, 0),
                  threshold == null ? LEAD : "cli:" + SCIENTIST)
              .id();
    }
  }

  /** A file that is read, one whose process was killed, and one that is through. */
  private void imports() throws SQLException {
    Object[][] runs = {
      {"orders_2025.csv.gz", "done", 397_884, 0, 144_025, 1.0, 46, 0},
      {"app_events_march.jsonl", "running", 61_440, 0, 0, 0.31, 300, 280},
      {"app_events_april.jsonl", "running", 122_880, 18_211, 12, 0.58, 75, 0}
    };
    try (Connection connection = database.getConnection()) {
      for (Object[] run : runs) {
        insert(
            connection,
            "INSERT INTO import_run (kind, file, map, source, started_by, state, stage, row_count,"
                + " applied, duplicate, rejected, rejected_by, bytes_read, bytes_total, started_at,"
                + " seen_at, ended_at) SELECT 'events', ?, 'orders', 'shop', 'cli:operator', ?,"
                + " 'reading', ? + ? + ?, ?, ?, ?, '{\"Quantity must be > 0\":12}', ? *"
                + " 48000000, 48000000, UTC_TIMESTAMP(6) - INTERVAL ? SECOND, UTC_TIMESTAMP(6) -"
                + " INTERVAL ? SECOND, IF(? = 'done', UTC_TIMESTAMP(6), NULL) RETURNING id",
            run[0],
            run[1],
            run[2],
            run[3],
            run[4],
            run[2],
            run[3],
            run[4],
            run[5],
            run[6],
            run[7],
            run[1]);
      }
    }
  }

  /** A few calls of the day, and what people said to the incident. */
  private void shift() {
    String agent = Callers.basic(AGENT, Callers.PASSWORD);
    for (String outcome : List.of("accepted", "no-answer", "refused")) {
      var claimed =
          given().header("Authorization", agent).post("/api/v1/desk/tasks:claim").then().extract();
      if (claimed.statusCode() == 204) {
        // Those who are left are for the pictures of others.
        return;
      }
      long claim = claimed.jsonPath().getLong("id");
      given()
          .header("Authorization", agent)
          .post("/api/v1/desk/tasks/" + claim + ":call")
          .then()
          .statusCode(200);
      given()
          .header("Authorization", agent)
          .contentType(ContentType.JSON)
          .body(Map.of("disposition", outcome, "note", ""))
          .post("/api/v1/desk/tasks/" + claim + ":complete")
          .then()
          .statusCode(201);
    }
  }

  private static long insert(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        if (values[i] instanceof Instant at) {
          SqlTime.set(insert, i + 1, at);
        } else {
          insert.setObject(i + 1, values[i]);
        }
      }
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
