package dev.holdfast.console;

import dev.holdfast.campaign.CallLists;
import dev.holdfast.campaign.CallLists.Call;
import dev.holdfast.campaign.CallLists.CallList;
import dev.holdfast.console.CallListPageData.CampaignList;
import dev.holdfast.console.CallListPageData.Feed;
import dev.holdfast.console.CallListPageData.Row;
import dev.holdfast.console.CallListPageData.Status;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.scoring.Rescores;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Puts today's lists and the state of the service into the words of the page. */
@ApplicationScoped
class TodaysLists {

  private static final DateTimeFormatter TO_THE_MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final CallLists lists;
  private final Sources sources;
  private final ModelRegistry models;
  private final Rescores scores;
  private final BusinessClock clock;

  TodaysLists(
      CallLists lists,
      Sources sources,
      ModelRegistry models,
      Rescores scores,
      BusinessClock clock) {
    this.lists = lists;
    this.sources = sources;
    this.models = models;
    this.scores = scores;
    this.clock = clock;
  }

  /**
   * The page as of now.
   *
   * @param mayCall false for readers who do not call: they see no phone numbers
   */
  CallListPageData read(boolean mayCall) {
    Instant now = clock.now();
    List<Feed> feeds =
        sources.all().stream()
            .filter(source -> source.books().applied() > 0)
            .map(source -> feed(source, now))
            .toList();
    Status status =
        new Status(
            scores.scored(),
            models.champion().map(champion -> champion.model().version()).orElse(null),
            TO_THE_MINUTE.format(now),
            feeds);
    return new CallListPageData(
        status,
        lists.running().stream()
            .map(campaign -> campaignList(lists.today(campaign.id()), mayCall))
            .toList());
  }

  static Feed feed(Source source, Instant now) {
    Instant reached = source.watermark().reached();
    return new Feed(
        source.name(),
        reached == null ? null : TO_THE_MINUTE.format(reached),
        reached == null || reached.plus(source.maxSilence()).isBefore(now));
  }

  static CampaignList campaignList(CallList list, boolean mayCall) {
    return new CampaignList(
        list.campaignId(),
        list.campaign(),
        list.plannedMinutes(),
        list.capacityMinutes(),
        list.pending() - list.calls().size(),
        mayCall,
        list.calls().stream().map(call -> row(call, mayCall)).toList());
  }

  private static Row row(Call call, boolean mayCall) {
    return new Row(
        call.rank(),
        call.customer(),
        call.name(),
        (int) Math.round(100 * call.risk()),
        call.reasons(),
        mayCall ? call.phone() : null,
        TO_THE_MINUTE.format(call.since()));
  }
}
