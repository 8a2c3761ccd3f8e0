package dev.holdfast.training.report;

import java.nio.charset.StandardCharsets;

/**
 * The report of a model version: a page for managers and data scientists, and the same as a card.
 * The same facts give the same bytes.
 */
public final class Report {

  private final ReportFacts facts;
  private final Figures figures;

  private Report(ReportFacts facts, Figures figures) {
    this.facts = facts;
    this.figures = figures;
  }

  /**
   * Measures what the report shows; the intervals take most of the time.
   *
   * @throws IllegalArgumentException if the test predictions are too few or one-sided, or those of
   *     the candidates are not of the same customers
   */
  public static Report of(ReportFacts facts) {
    return new Report(facts, Figures.of(facts));
  }

  /**
   * The page: one UTF-8 file of HTML that holds its own style and drawings, runs no script and asks
   * nothing of any network.
   */
  public byte[] html() {
    return new Page(facts, figures).html().getBytes(StandardCharsets.UTF_8);
  }

  /** The card: the same facts in prose and tables, as UTF-8 Markdown. */
  public byte[] card() {
    return new Card(facts, figures).markdown().getBytes(StandardCharsets.UTF_8);
  }
}
