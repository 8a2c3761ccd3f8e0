package dev.holdfast.console;

import dev.holdfast.campaign.CampaignPreview;
import dev.holdfast.campaign.CampaignsResource.CampaignView;
import dev.holdfast.effect.report.EffectReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the pages of campaigns show. */
public final class CampaignData {

  private CampaignData() {}

  /**
   * What may be said of an effect.
   *
   * @param tone good, bad, warn, or empty for none
   */
  public record Verdicted(String tone, String text) {}

  /**
   * A campaign in the list.
   *
   * @param verdict null while it was not asked for, or nobody was assigned
   */
  public record Line(CampaignView campaign, String tone, @Nullable Verdicted verdict) {}

  /**
   * The list.
   *
   * @param measuredAt as of when the verdicts are; null if there are none
   * @param asksForVerdicts true if the verdicts are still to be fetched
   * @param seesVerdicts false for readers who may not
   * @param lead true if the reader may make one
   */
  public record Index(
      List<Line> lines,
      @Nullable Instant measuredAt,
      boolean asksForVerdicts,
      boolean seesVerdicts,
      boolean lead) {}

  /** A setting and its value in words. */
  public record Setting(String name, String value) {

    private static final Set<String> WRITTEN =
        Set.of(
            "name",
            "event",
            "match",
            "date",
            "segment",
            "valueField",
            "valueFormula",
            "offerText",
            "skill");

    /** True if people wrote the value, in whatever language. */
    public boolean written() {
      return WRITTEN.contains(name);
    }
  }

  /**
   * Settings that a campaign had.
   *
   * @param changes what is different from the version before; all of the first is left out
   */
  public record Version(
      int number, Instant setAt, String setBy, String why, List<Changed> changes) {}

  /** A setting that changed. */
  public record Changed(String name, String before, String after) {}

  /**
   * What every page of one campaign has on top.
   *
   * @param page which of its pages: settings, results, preview or replays
   * @param seesResults false for readers who may not
   * @param lead true if the reader may act
   * @param problem what went wrong with the step before; null if nothing did
   */
  public record Head(
      CampaignView campaign,
      String tone,
      String page,
      boolean seesResults,
      boolean lead,
      @Nullable String problem) {}

  /** One campaign with its settings. */
  public record One(Head head, List<Setting> settings, List<Version> versions) {}

  /**
   * What it caused.
   *
   * @param chart null where there is no number yet, or it is hidden
   * @param course how the effect became known; null where too few looks were possible
   */
  public record Results(
      Head head,
      EffectReport report,
      Verdicted verdict,
      @Nullable EffectChart chart,
      @Nullable CourseChart course,
      String api) {}

  /** What it would do. */
  public record Previewed(Head head, CampaignPreview preview) {}

  /**
   * The form of a new campaign or of changed settings.
   *
   * @param campaign that is changed; null for a new one
   * @param form as it was filled in
   * @param wrong what is wrong with a field, by its name
   * @param problem what is wrong with all of it; null if nothing is
   * @param preview what it would do; null if it was not asked for or cannot be said
   */
  public record Form(
      @Nullable CampaignView campaign,
      CampaignForm form,
      Map<String, String> wrong,
      @Nullable String problem,
      @Nullable CampaignPreview preview) {

    /** True if an incident names its customers: what such a campaign would do is not foretold. */
    public boolean ofIncident() {
      return campaign != null && campaign.incidentId() != null;
    }

    /** What is wrong with this field; null if nothing is. */
    public @Nullable String wrong(String field) {
      return wrong.get(field);
    }
  }
}
