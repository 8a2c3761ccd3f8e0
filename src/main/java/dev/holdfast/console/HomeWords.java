package dev.holdfast.console;

import dev.holdfast.access.Roles;
import dev.holdfast.campaign.CallLists;
import dev.holdfast.campaign.ContactHistory;
import dev.holdfast.console.HomeData.Figure;
import dev.holdfast.console.HomeData.Step;
import dev.holdfast.console.HomeData.Task;
import dev.holdfast.desk.HandWatch;
import dev.holdfast.effect.report.EffectReports.Overview;
import dev.holdfast.effect.report.RecentEffects;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.monitoring.ModelWatch;
import dev.holdfast.monitoring.Monitoring;
import dev.holdfast.monitoring.RetrainingRequests;
import dev.holdfast.platform.Kept;
import dev.holdfast.platform.SystemClock;
import dev.holdfast.scoring.Rescores;
import dev.holdfast.warning.FeedWatch;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.eclipse.microprofile.context.ManagedExecutor;
import org.jspecify.annotations.Nullable;

/** Gathers what the first page says to a role. */
@ApplicationScoped
class HomeWords {

  /** For what takes long to find out. */
  private static final Kept.Ages AGES =
      new Kept.Ages(Duration.ZERO, Duration.ofMinutes(1), Duration.ofMinutes(2));

  private static final int MOST_EFFECTS = 3;

  private final Sources sources;
  private final FeedWatch feeds;
  private final ModelRegistry models;
  private final CallLists lists;
  private final Rescores scores;
  private final ContactHistory contacts;
  private final HandWatch hands;
  private final MyListWords myList;
  private final RetrainingRequests retraining;
  private final ReasonTexts texts;
  private final RecentEffects effects;
  private final Supplier<Optional<ModelWatch>> watched;
  private final Supplier<Long> scored;

  HomeWords(
      Sources sources,
      FeedWatch feeds,
      ModelRegistry models,
      CallLists lists,
      Rescores scores,
      ContactHistory contacts,
      HandWatch hands,
      MyListWords myList,
      RecentEffects effects,
      Monitoring monitoring,
      RetrainingRequests retraining,
      ReasonTexts texts,
      SystemClock clock,
      ManagedExecutor executor) {
    this.sources = sources;
    this.feeds = feeds;
    this.models = models;
    this.lists = lists;
    this.scores = scores;
    this.contacts = contacts;
    this.hands = hands;
    this.myList = myList;
    this.retraining = retraining;
    this.texts = texts;
    this.effects = effects;
    this.watched = Kept.single(AGES, clock, executor, monitoring::champion);
    this.scored = Kept.single(AGES, clock, executor, scores::scored);
  }

  HomeData of(Shell shell) {
    List<Source> known = sources.all();
    return new HomeData(guide(known), tasks(shell, known), figures(shell, known));
  }

  /** Empty when there is a running campaign: from then on there are lists. */
  private List<Step> guide(List<Source> known) {
    if (!lists.running().isEmpty()) {
      return List.of();
    }
    boolean events = known.stream().anyMatch(HomeWords::reports);
    boolean model = models.champion().isPresent();
    // Whoever just scored the first customers sees it at once.
    boolean risks = events && model && (scored.get() > 0 || scores.scored() > 0);
    List<Step> steps = new ArrayList<>();
    boolean before = true;
    before = add(steps, "events", events, before, "./holdfast import FILE --map MAP");
    before = add(steps, "model", model, before, "./holdfast train EXPERIMENT --promote");
    before = add(steps, "scores", risks, before, "./holdfast score");
    before =
        add(
            steps,
            "campaign",
            false,
            before,
            "./holdfast campaign start docs/example-campaign.yaml");
    add(steps, "call", false, before, null);
    return steps;
  }

  private static boolean add(
      List<Step> steps, String name, boolean done, boolean before, @Nullable String command) {
    steps.add(new Step(name, done ? "done" : before ? "now" : "later", done ? null : command));
    return before && done;
  }

  private List<Task> tasks(Shell shell, List<Source> known) {
    List<Task> tasks = new ArrayList<>();
    Words words = shell.words();
    Health.State health = shell.health();
    if (shell.has(Roles.AGENT)) {
      int inHand = hands.inHand(shell.user());
      tasks.add(
          new Task(
              "accent",
              words.of("home_call"),
              inHand == 0 ? words.of("home_next_call") : words.count("home_in_hand", inHand),
              "/my-list"));
    }
    if (health.newIncidents() > 0) {
      tasks.add(
          new Task(
              "bad",
              words.of("home_warning"),
              words.count("home_new_incidents", health.newIncidents()),
              "/warnings"));
    }
    if (shell.has(Roles.DATA_SCIENTIST) || shell.has(Roles.OPERATOR)) {
      if (health.modelTrouble()) {
        tasks.add(new Task("bad", words.of("home_model"), words.of("health_model"), models(shell)));
      }
      retraining
          .open()
          .ifPresent(
              request ->
                  tasks.add(
                      new Task(
                          "warn",
                          words.of("home_model"),
                          words.of("home_retraining"),
                          models(shell))));
    }
    long quarantined = sum(known, Source.Books::quarantined);
    if (shell.has(Roles.OPERATOR) && quarantined > 0) {
      tasks.add(
          new Task(
              "warn",
              words.of("home_intake"),
              words.count("home_quarantined", quarantined),
              shell.pageOr("/operate", "/api/v1/quarantine")));
    }
    return tasks;
  }

  private List<Figure> figures(Shell shell, List<Source> known) {
    List<Figure> figures = new ArrayList<>();
    if (shell.has(Roles.AGENT)) {
      addShift(figures, shell);
    }
    if (shell.has(Roles.RETENTION_LEAD) || shell.has(Roles.VIEWER)) {
      addCampaigns(figures, shell);
    }
    if (shell.has(Roles.DATA_SCIENTIST) || shell.has(Roles.RETENTION_LEAD)) {
      addModel(figures, shell);
    }
    addService(figures, shell, known);
    return figures;
  }

  private void addShift(List<Figure> figures, Shell shell) {
    Words words = shell.words();
    Formats formats = shell.formats();
    MyListData.Shift shift = myList.shift(shell);
    figures.add(
        new Figure(
            words.of("desk_calls"),
            formats.number(shift.calls()),
            false,
            words.of("home_reached", formats.number(shift.reached())),
            "/my-list"));
  }

  private void addCampaigns(List<Figure> figures, Shell shell) {
    Words words = shell.words();
    figures.add(
        new Figure(
            words.of("home_waiting"),
            shell.formats().number(contacts.pending()),
            false,
            words.of("home_waiting_note"),
            "/call-lists"));
    RecentEffects.Overviews overviews = effects.overviews();
    String asOf = shell.formats().minute(overviews.asOf());
    for (Overview one : overviews.all().stream().limit(MOST_EFFECTS).toList()) {
      figures.add(
          new Figure(
              words.of("home_effect", one.campaign()),
              CampaignTexts.verdict(shell, one.verdict(), one.stands(), true).text(),
              true,
              words.of(one.stands() ? "home_effect_stands" : "home_effect_open", asOf),
              shell.pageOr("/campaigns", "/api/v1/effects")
                  + (shell.leadsTo("/campaigns") ? "/" + one.campaignId() : "")));
    }
  }

  private void addModel(List<Figure> figures, Shell shell) {
    Words words = shell.words();
    ModelWatch watch = watched.get().orElse(null);
    figures.add(
        new Figure(
            words.of("home_calibration"),
            words.named("monitoring", watch == null ? "not-yet-known" : watch.state().word()),
            true,
            watch == null
                ? words.of("home_not_watched")
                : texts.in(shell.language(), watch.words()),
            shell.pageOr("/models", "/api/v1/monitoring")));
  }

  private void addService(List<Figure> figures, Shell shell, List<Source> known) {
    Words words = shell.words();
    Formats formats = shell.formats();
    Health.State health = shell.health();
    figures.add(
        new Figure(
            words.of("home_scored"),
            formats.number(scored.get()),
            false,
            health.model() == null
                ? words.of("health_no_model")
                : words.of("health_serving", health.model()),
            models(shell)));
    var conditions = feeds.conditions().values();
    long inOrder = conditions.stream().filter(Set::isEmpty).count();
    figures.add(
        new Figure(
            words.of("home_feeds"),
            conditions.isEmpty()
                ? words.of("shell_none")
                : words.of("home_feeds_value", inOrder, conditions.size()),
            false,
            words.of(
                conditions.isEmpty()
                    ? "home_feeds_none"
                    : inOrder == conditions.size() ? "home_feeds_good" : "home_feeds_behind"),
            "/warnings"));
    if (shell.has(Roles.OPERATOR)) {
      figures.add(
          new Figure(
              words.of("home_received"),
              formats.number(sum(known, Source.Books::received)),
              false,
              words.count("home_quarantined", sum(known, Source.Books::quarantined)),
              shell.pageOr("/operate", "/api/v1/sources")));
    }
    figures.add(
        new Figure(
            words.of("home_incidents"),
            formats.number(health.openIncidents()),
            false,
            words.count("health_incidents", health.newIncidents()),
            "/warnings"));
  }

  /** True if something came from it. */
  private static boolean reports(Source source) {
    return source.books().applied() > 0;
  }

  private static long sum(List<Source> known, ToLongFunction<Source.Books> of) {
    return known.stream().mapToLong(source -> of.applyAsLong(source.books())).sum();
  }

  private static String models(Shell shell) {
    return shell.pageOr("/models", "/api/v1/models");
  }
}
