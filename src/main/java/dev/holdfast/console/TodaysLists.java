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

/** Reads what the page of today's call lists shows, as of now in business time. */
@ApplicationScoped
class TodaysLists {

  private static final DateTimeFormatter READABLE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm").withZone(ZoneOffset.UTC);

  private final CallLists callLists;
  private final Rescores rescores;
  private final ModelRegistry models;
  private final Sources sources;
  private final BusinessClock clock;

  TodaysLists(
      CallLists callLists,
      Rescores rescores,
      ModelRegistry models,
      Sources sources,
      BusinessClock clock) {
    this.callLists = callLists;
    this.rescores = rescores;
    this.models = models;
    this.sources = sources;
    this.clock = clock;
  }

  CallListPageData read() {
    Instant now = clock.now();
    List<Feed> feeds =
        sources.all().stream()
            .filter(source -> source.watermark().reached() != null)
            .map(source -> feed(source, now))
            .toList();
    Status status =
        new Status(
            rescores.scored(),
            models.champion().map(serving -> serving.model().version()).orElse(null),
            READABLE.format(now),
            feeds);
    return new CallListPageData(
        status,
        callLists.running().stream()
            .map(campaign -> list(callLists.today(campaign.id())))
            .toList());
  }

  private static Feed feed(Source source, Instant now) {
    Instant reached = source.watermark().reached();
    return new Feed(
        source.name(),
        reached == null ? null : READABLE.format(reached),
        reached == null || reached.plus(source.maxSilence()).isBefore(now));
  }

  private static CampaignList list(CallList list) {
    return new CampaignList(
        list.campaignId(),
        list.campaign(),
        list.plannedMinutes(),
        list.capacityMinutes(),
        list.pending() - list.calls().size(),
        list.calls().stream().map(TodaysLists::row).toList());
  }

  private static Row row(Call call) {
    return new Row(
        call.rank(),
        call.customer(),
        call.name(),
        (int) Math.round(call.risk() * 100),
        call.reasons(),
        call.phone(),
        READABLE.format(call.since()));
  }
}
