package dev.holdfast.console;

import dev.holdfast.platform.Problem;
import dev.holdfast.platform.ProblemPage;
import io.vertx.core.http.Cookie;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** Says to people what went wrong, in their language, and where to go on. */
@ApplicationScoped
class ProblemPages implements ProblemPage {

  private final Assets assets;
  private final ReasonTexts texts;

  ProblemPages(Assets assets, ReasonTexts texts) {
    this.assets = assets;
    this.texts = texts;
  }

  @Override
  public String html(RoutingContext context, Problem problem) {
    Language language = Language.wanted(context);
    Words words = new Words(language);
    Cookie theme = context.request().getCookie(Preferences.THEME);
    Object reference = problem.extensions().get("instance");
    String kind =
        switch (problem.status()) {
          case 403 -> "forbidden";
          case 404, 410 -> "not_found";
          case 409 -> "conflict";
          case 400, 422 -> "refused";
          case 429, 503 -> "later";
          default -> problem.status() >= 500 ? "broken" : "refused";
        };
    return SignInPages.problem(
            new SignInPages.Trouble(
                language.tag(),
                Theme.of(theme == null ? null : theme.getValue()).orElse(Theme.SYSTEM).wireName(),
                assets.address("console.css"),
                assets.address("icon.svg"),
                problem.status(),
                words.of("problem_" + kind),
                words.of("problem_" + kind + "_text"),
                texts.in(language, problem.detail()),
                texts.languageOf(language, problem.detail()).tag(),
                reference == null ? null : words.of("problem_reference", reference),
                words.of("problem_home")))
        .render();
  }
}
