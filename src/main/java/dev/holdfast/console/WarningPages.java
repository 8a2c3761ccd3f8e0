package dev.holdfast.console;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** The templates of the pages of warnings. */
@CheckedTemplate(basePath = "WarningPages")
final class WarningPages {

  private WarningPages() {}

  static native TemplateInstance all(WarningPageData page);

  static native TemplateInstance one(WarningPageData.Detail page);

  static native TemplateInstance customers(WarningPageData.Missing page);
}
