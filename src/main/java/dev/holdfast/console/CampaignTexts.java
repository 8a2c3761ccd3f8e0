package dev.holdfast.console;

import dev.holdfast.access.Roles;
import dev.holdfast.campaign.CampaignSettings;
import dev.holdfast.campaign.CampaignVersion;
import dev.holdfast.campaign.CampaignsResource;
import dev.holdfast.campaign.CampaignsResource.CampaignView;
import dev.holdfast.campaign.StartEvent;
import dev.holdfast.console.CampaignData.Changed;
import dev.holdfast.console.CampaignData.Head;
import dev.holdfast.console.CampaignData.Index;
import dev.holdfast.console.CampaignData.Line;
import dev.holdfast.console.CampaignData.One;
import dev.holdfast.console.CampaignData.Results;
import dev.holdfast.console.CampaignData.Setting;
import dev.holdfast.console.CampaignData.Verdicted;
import dev.holdfast.console.CampaignData.Version;
import dev.holdfast.effect.Difference;
import dev.holdfast.effect.Measurement;
import dev.holdfast.effect.Verdict;
import dev.holdfast.effect.report.EffectReport;
import dev.holdfast.effect.report.EffectReports.Overview;
import dev.holdfast.effect.report.RecentEffects;
import dev.holdfast.effect.report.RecentEffects.Overviews;
import dev.holdfast.evaluation.Interval;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Gathers what the pages of campaigns show, from the beans that answer the API. */
@ApplicationScoped
class CampaignTexts {

  private static final Set<String> READ_RESULTS =
      Set.of(Roles.VIEWER, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST);
  private static final double POINTS = 100;

  private final CampaignsResource campaigns;
  private final RecentEffects effects;

  CampaignTexts(CampaignsResource campaigns, RecentEffects effects) {
    this.campaigns = campaigns;
    this.effects = effects;
  }

  /**
   * All campaigns, newest first.
   *
   * @param verdicts true to measure each of them, which takes a while
   */
  Index all(Shell shell, boolean verdicts) {
    boolean sees = seesResults(shell);
    Overviews measured = verdicts && sees ? effects.overviews() : null;
    Map<Long, Overview> overviews =
        measured == null
            ? Map.of()
            : measured.all().stream()
                .collect(Collectors.toMap(Overview::campaignId, Function.identity()));
    return new Index(
        campaigns.list().stream()
            .map(
                one -> {
                  Overview overview = overviews.get(one.id());
                  return new Line(
                      one,
                      tone(one.state()),
                      overview == null
                          ? null
                          : verdict(shell, overview.verdict(), overview.stands(), true));
                })
            .toList(),
        measured == null ? null : measured.asOf(),
        sees && !verdicts,
        sees,
        shell.has(Roles.RETENTION_LEAD));
  }

  /** One campaign, its settings and what they were. */
  One one(Shell shell, long id, @Nullable String problem) {
    CampaignView campaign = campaigns.get(id).getEntity();
    List<CampaignVersion> versions = campaigns.versions(id);
    List<Map<String, String>> texts =
        versions.stream().map(one -> settings(shell, one.settings())).toList();
    List<Version> changes = new ArrayList<>();
    for (int i = 0; i < versions.size(); i++) {
      CampaignVersion version = versions.get(i);
      changes.add(
          new Version(
              version.number(),
              version.setAt(),
              version.setBy(),
              version.why(),
              i + 1 < versions.size() ? changes(texts.get(i + 1), texts.get(i)) : List.of()));
    }
    List<Setting> now =
        texts.isEmpty()
            ? List.of()
            : texts.get(0).entrySet().stream()
                .map(one -> new Setting(one.getKey(), one.getValue()))
                .toList();
    return new One(head(shell, campaign, "settings", problem), now, changes);
  }

  /** What its newest run caused. */
  Results results(Shell shell, long id) {
    CampaignView campaign = campaigns.get(id).getEntity();
    EffectReport report = effects.of(id);
    Verdict verdict = report.measurement().verdict();
    return new Results(
        head(shell, campaign, "results", null),
        report,
        verdict(shell, verdict, verdict.kind().proven(), false),
        chart(shell, report.measurement()),
        CourseChart.possible(report.measurement().course())
            ? CourseChart.of(report.measurement().course(), shell.formats())
            : null,
        "/api/v1/campaigns/" + id + "/effect");
  }

  /** What it would do now. */
  CampaignData.Previewed previewed(Shell shell, long id) {
    return new CampaignData.Previewed(
        head(shell, campaigns.get(id).getEntity(), "preview", null), campaigns.preview(id));
  }

  Head head(Shell shell, CampaignView campaign, String page, @Nullable String problem) {
    return new Head(
        campaign,
        tone(campaign.state()),
        page,
        seesResults(shell),
        shell.has(Roles.RETENTION_LEAD),
        problem);
  }

  private static boolean seesResults(Shell shell) {
    return READ_RESULTS.stream().anyMatch(shell::has);
  }

  private static String tone(String state) {
    return switch (state) {
      case "running" -> "good";
      case "paused" -> "warn";
      case "draft" -> "accent";
      default -> "";
    };
  }

  /**
   * A verdict in the reader's language.
   *
   * @param amongOthers true if other campaigns are judged beside it, so that chance is told of
   */
  static Verdicted verdict(Shell shell, Verdict verdict, boolean stands, boolean amongOthers) {
    Words words = shell.words();
    Formats formats = shell.formats();
    Interval saved = verdict.saved();
    String chance = amongOthers && !stands ? " " + words.of("effect_may_be_chance") : "";
    return switch (verdict.kind()) {
      case SAVED ->
          new Verdicted(
              stands ? "good" : "",
              words.of(
                      "effect_saved",
                      formats.number(saved == null ? null : saved.low()),
                      formats.number(saved == null ? null : saved.high()))
                  + chance);
      case LOST ->
          new Verdicted(
              stands ? "bad" : "",
              words.of(
                      "effect_lost",
                      formats.number(saved == null ? null : -saved.high()),
                      formats.number(saved == null ? null : -saved.low()))
                  + chance);
      case NO_EFFECT_FOUND -> new Verdicted("", words.of("effect_none"));
      case NOT_YET_KNOWN ->
          new Verdicted(
              "",
              verdict.expectedBy() == null
                  ? words.of("effect_no_date")
                  : words.of("effect_not_yet", formats.day(verdict.expectedBy())));
      case HIDDEN -> new Verdicted("bad", words.of("effect_hidden"));
    };
  }

  private static @Nullable EffectChart chart(Shell shell, Measurement measured) {
    Map<String, Interval> lines = new LinkedHashMap<>();
    Words words = shell.words();
    add(lines, words.of("effect_now"), measured.now());
    add(lines, words.of("effect_planned"), effect(measured.planned()));
    add(lines, words.of("effect_so_far"), effect(measured.soFar()));
    add(lines, words.of("effect_adjusted"), effect(measured.adjusted()));
    return lines.isEmpty()
        ? null
        : EffectChart.of(
            lines,
            interval ->
                words.of(
                    "effect_points",
                    points(shell, interval.value()),
                    points(shell, interval.low()),
                    points(shell, interval.high())));
  }

  private static @Nullable Interval effect(@Nullable Difference difference) {
    return difference == null ? null : difference.effect();
  }

  private static void add(Map<String, Interval> lines, String name, @Nullable Interval interval) {
    if (interval != null) {
      lines.put(name, interval);
    }
  }

  private static String points(Shell shell, double share) {
    return shell.formats().decimal(POINTS * share, 1);
  }

  private static List<Changed> changes(Map<String, String> before, Map<String, String> after) {
    Set<String> names = new LinkedHashSet<>(after.keySet());
    names.addAll(before.keySet());
    return names.stream()
        .filter(name -> !after.getOrDefault(name, "").equals(before.getOrDefault(name, "")))
        .map(
            name ->
                new Changed(name, before.getOrDefault(name, "–"), after.getOrDefault(name, "–")))
        .toList();
  }

  /** In the order to be read, by the key of their name. */
  private static Map<String, String> settings(Shell shell, CampaignSettings of) {
    Formats formats = shell.formats();
    Words words = shell.words();
    Map<String, String> texts = new LinkedHashMap<>();
    put(texts, "name", of.name());
    StartEvent start = of.startsWith();
    if (start != null) {
      put(texts, "begins", words.of("campaign_by_event"));
      put(
          texts,
          "kind",
          start.kind() == null ? null : words.named("kind", start.kind().wireName()));
      put(texts, "event", start.name());
      put(texts, "match", start.match());
      put(texts, "date", start.dateField());
      put(texts, "before", start.daysBefore() == null ? null : "" + start.daysBefore());
      put(texts, "days", start.endsAfterDays() == null ? null : "" + start.endsAfterDays());
    }
    put(texts, "enter", of.enterThreshold() == null ? null : formats.percent(of.enterThreshold()));
    put(texts, "leave", of.leaveThreshold() == null ? null : formats.percent(of.leaveThreshold()));
    put(
        texts,
        "segment",
        of.segment() == null || of.segment().isEmpty()
            ? words.of("campaign_everybody")
            : of.segment());
    put(texts, "holdOut", of.holdOutShare() == null ? null : formats.percent(of.holdOutShare()));
    put(texts, "coolDown", of.coolDownDays() == null ? null : formats.number(of.coolDownDays()));
    put(texts, "capacity", formats.number(of.capacityMinutes()));
    put(texts, "minutes", formats.decimal(of.minutesPerCall(), 1));
    put(texts, "intake", formats.number(of.intake()));
    put(texts, "value", formats.money(of.customerValue()));
    put(texts, "valueField", of.valueField());
    put(texts, "valueFormula", of.valueFormula());
    put(texts, "offer", formats.money(of.offerCost()));
    put(
        texts,
        "offerText",
        of.offer() == null
            ? null
            : of.offer().stream()
                .map(one -> one.language() + ": " + one.text())
                .collect(Collectors.joining("; ")));
    put(texts, "contact", formats.money(of.contactCost()));
    put(texts, "skill", of.skill());
    put(
        texts,
        "channels",
        of.channels() == null
            ? null
            : of.channels().stream()
                .map(channel -> words.named("channel", channel))
                .collect(Collectors.joining(words.of("shell_comma"))));
    Integer precedence = of.precedence();
    put(
        texts,
        "precedence",
        precedence == null || precedence == 0 ? null : formats.number(precedence));
    return texts;
  }

  private static void put(Map<String, String> texts, String name, @Nullable String value) {
    if (value != null) {
      texts.put(name, value);
    }
  }
}
