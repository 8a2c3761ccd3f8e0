package dev.holdfast.event.file;

/** A row that is not taken; the rule is counted, the detail is for the reject file. */
public final class RowRejected extends Exception {

  private static final long serialVersionUID = 1L;

  private final String rule;

  public RowRejected(String rule, String detail) {
    super(detail, null, false, false);
    this.rule = rule;
  }

  /** The rule that the row breaks, without the row's own values. */
  public String rule() {
    return rule;
  }

  /** The rule and the value. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
