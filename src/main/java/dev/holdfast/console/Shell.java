package dev.holdfast.console;

import dev.holdfast.access.FormToken;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.console.NavEntry.Group;
import dev.holdfast.platform.BusinessClock;
import io.quarkus.arc.All;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Named;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every page has around it: who reads, in which language and theme, where else to go, and how
 * the service does. In a template it is {@code inject:shell}.
 */
@Named("shell")
@RequestScoped
public class Shell {

  /** A heading of the navigation and what is under it. */
  public record NavGroup(Group group, List<NavItem> items) {}

  /**
   * A page that the reader may go to.
   *
   * @param current true if the page shown is this one or belongs to it
   */
  public record NavItem(NavEntry entry, boolean current) {

    /** The key of its text. */
    public String textKey() {
      return "nav_" + entry.name();
    }
  }

  private final SecurityIdentity reader;
  private final CurrentVertxRequest request;
  private final Calendars calendars;
  private final BusinessClock clock;
  private final Assets assets;
  private final Health health;
  private final List<Pages> pages;

  private @Nullable Language language;
  private @Nullable Formats formats;

  Shell(
      SecurityIdentity reader,
      CurrentVertxRequest request,
      Calendars calendars,
      BusinessClock clock,
      Assets assets,
      Health health,
      @All List<Pages> pages) {
    this.reader = reader;
    this.request = request;
    this.calendars = calendars;
    this.clock = clock;
    this.assets = assets;
    this.health = health;
    this.pages = pages;
  }

  /** True if somebody is signed in. */
  public boolean signedIn() {
    return !reader.isAnonymous();
  }

  /** The reader's name. */
  public String user() {
    return reader.getPrincipal().getName();
  }

  /** True if the reader has this role. */
  public boolean has(String role) {
    return reader.hasRole(role);
  }

  /** The language of the page. */
  public Language language() {
    Language known = language;
    if (known == null) {
      known = Language.wanted(context());
      language = known;
    }
    return known;
  }

  /** All that there are. */
  public List<Language> languages() {
    return List.of(Language.values());
  }

  /** The texts of the page. */
  public Words words() {
    return new Words(language());
  }

  /** How the page writes numbers and times. */
  public Formats formats() {
    Formats known = formats;
    if (known == null) {
      known = new Formats(language(), words(), calendars.inForce().zone(), clock.now());
      formats = known;
    }
    return known;
  }

  /** Now, in the time of customers. */
  public Instant now() {
    return clock.now();
  }

  /** The theme that the reader chose. */
  public Theme theme() {
    Cookie chosen = context().request().getCookie(Preferences.THEME);
    return Theme.of(chosen == null ? null : chosen.getValue()).orElse(Theme.SYSTEM);
  }

  /** All that there are. */
  public List<Theme> themes() {
    return List.of(Theme.values());
  }

  /** Address of a style sheet, script or picture, which changes with its content. */
  public String asset(String name) {
    return assets.address(name);
  }

  /** What every form repeats in the hidden field {@value FormToken#FIELD}. */
  public String formToken() {
    return FormToken.of(context());
  }

  /**
   * Path and query of the page. Of the answer to a form, whose own cannot be read, it is the page
   * of the navigation to which the form belongs.
   */
  public String address() {
    if (!context().request().method().equals(HttpMethod.POST)) {
      return context().request().uri();
    }
    NavEntry here = here(open());
    return here == null ? "/" : here.path();
  }

  /** How the service does, as of a few seconds ago. */
  public Health.State health() {
    return health.state();
  }

  /** Where the reader may go. */
  public List<NavGroup> navigation() {
    List<NavEntry> entries = open();
    NavEntry here = here(entries);
    return Arrays.stream(Group.values())
        .map(
            group ->
                new NavGroup(
                    group,
                    entries.stream()
                        .filter(one -> one.group() == group)
                        .map(one -> new NavItem(one, one.equals(here)))
                        .toList()))
        .filter(group -> !group.items().isEmpty())
        .toList();
  }

  private @Nullable NavEntry here(List<NavEntry> entries) {
    String path = context().normalizedPath();
    return entries.stream()
        .filter(one -> path.equals(one.path()) || path.startsWith(one.path() + "/"))
        .max(Comparator.comparingInt(one -> one.path().length()))
        .orElse(null);
  }

  /** The pages that the reader may enter. */
  List<NavEntry> open() {
    return pages.stream()
        .flatMap(some -> some.entries().stream())
        .filter(entry -> entry.roles().stream().anyMatch(reader::hasRole))
        .sorted(Comparator.comparing(NavEntry::group).thenComparing(NavEntry::order))
        .toList();
  }

  /** True if the reader may enter the page at {@code path}, which the navigation has. */
  public boolean leadsTo(String path) {
    return open().stream().anyMatch(entry -> entry.path().equals(path));
  }

  /** That page, or where the API has the same. */
  String pageOr(String path, String api) {
    return leadsTo(path) ? path : api;
  }

  private RoutingContext context() {
    return request.getCurrent();
  }
}
