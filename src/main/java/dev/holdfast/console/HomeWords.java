package dev.holdfast.console;

import dev.holdfast.access.Roles;
import dev.holdfast.campaign.CallLists;
import dev.holdfast.console.HomeData.Figure;
import dev.holdfast.console.HomeData.Step;
import dev.holdfast.console.HomeData.Task;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.scoring.Rescores;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers what the first page says to a role. */
@ApplicationScoped
class HomeWords {

  private final Sources sources;
  private final ModelRegistry models;
  private final CallLists lists;
  private final Rescores scores;

  HomeWords(Sources sources, ModelRegistry models, CallLists lists, Rescores scores) {
    this.sources = sources;
    this.models = models;
    this.lists = lists;
    this.scores = scores;
  }

  HomeData of(Shell shell) {
    return new HomeData(guide(), tasks(shell), figures(shell));
  }

  /** Empty when there is a running campaign: from then on there are lists. */
  private List<Step> guide() {
    if (!lists.running().isEmpty()) {
      return List.of();
    }
    boolean events = sources.all().stream().anyMatch(source -> source.books().applied() > 0);
    boolean model = models.champion().isPresent();
    boolean scored = events && model && scores.scored() > 0;
    List<Step> steps = new ArrayList<>();
    boolean before = true;
    before = add(steps, "events", events, before, "./holdfast import FILE --map MAP");
    before = add(steps, "model", model, before, "./holdfast train EXPERIMENT --promote");
    before = add(steps, "scores", scored, before, "./holdfast score");
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

  private List<Task> tasks(Shell shell) {
    List<Task> tasks = new ArrayList<>();
    Words words = shell.words();
    Health.State health = shell.health();
    if (health.newIncidents() > 0) {
      tasks.add(
          new Task(
              "bad",
              words.of("home_warning"),
              words.count("home_new_incidents", health.newIncidents()),
              "/warnings"));
    }
    if (health.modelTrouble()) {
      tasks.add(new Task("bad", words.of("home_model"), words.of("health_model"), "/models"));
    }
    return tasks;
  }

  private List<Figure> figures(Shell shell) {
    Words words = shell.words();
    Formats formats = shell.formats();
    Health.State health = shell.health();
    List<Figure> figures = new ArrayList<>();
    boolean seesCustomers = !shell.has(Roles.OPERATOR);
    figures.add(
        new Figure(
            words.of("home_scored"),
            formats.number(scores.scored()),
            false,
            health.model() == null
                ? words.of("health_no_model")
                : words.of("health_serving", health.model()),
            seesCustomers ? "/customers" : null));
    List<Source> feeds =
        sources.all().stream().filter(source -> source.books().applied() > 0).toList();
    Instant now = shell.now();
    long behind =
        feeds.stream()
            .filter(
                feed -> {
                  Instant reached = feed.watermark().reached();
                  return reached == null || reached.plus(feed.maxSilence()).isBefore(now);
                })
            .count();
    figures.add(
        new Figure(
            words.of("home_feeds"),
            words.of("home_feeds_value", feeds.size() - behind, feeds.size()),
            false,
            words.of(behind == 0 ? "home_feeds_good" : "home_feeds_behind"),
            "/warnings"));
    figures.add(
        new Figure(
            words.of("home_incidents"),
            formats.number(health.openIncidents()),
            false,
            words.count("health_incidents", health.newIncidents()),
            "/warnings"));
    return figures;
  }
}
