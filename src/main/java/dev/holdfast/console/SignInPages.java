package dev.holdfast.console;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import org.jspecify.annotations.Nullable;

/** The templates of signing in, and of what went wrong. */
@CheckedTemplate(basePath = "SignInPages")
final class SignInPages {

  private SignInPages() {}

  static native TemplateInstance signIn(Form form);

  static native TemplateInstance problem(Trouble trouble);

  /**
   * The form.
   *
   * @param to where the reader wanted to go
   * @param name as typed before
   * @param wrong what was wrong with the first try; null before it
   */
  public record Form(String to, String name, @Nullable String wrong) {}

  /**
   * A page about a problem.
   *
   * @param language tag of the page
   * @param title short
   * @param text what to do about it
   * @param detail what exactly is wrong
   * @param detailLanguage tag of it: English where the API's words have no others yet
   * @param reference of the log, null if there is none
   */
  public record Trouble(
      String language,
      String theme,
      String sheet,
      String icon,
      int status,
      String title,
      String text,
      String detail,
      String detailLanguage,
      @Nullable String reference,
      String home) {}
}
