package dev.holdfast.console;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** The templates of the page of call lists. */
@CheckedTemplate(basePath = "CallListPages")
final class CallListPages {

  private CallListPages() {}

  static native TemplateInstance today(CallListPageData page);
}
