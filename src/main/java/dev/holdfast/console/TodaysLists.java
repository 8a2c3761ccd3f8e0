package dev.holdfast.console;

import dev.holdfast.campaign.CallLists;
import dev.holdfast.campaign.CallLists.Call;
import dev.holdfast.campaign.CallLists.CallList;
import dev.holdfast.campaign.CallLists.CampaignName;
import dev.holdfast.campaign.RecentCallLists;
import dev.holdfast.console.CallListPageData.CampaignList;
import dev.holdfast.console.CallListPageData.Row;
import dev.holdfast.console.CallListPageData.Tab;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts today's lists into the form of their page, one campaign at a time. */
@ApplicationScoped
class TodaysLists {

  private final CallLists lists;
  private final RecentCallLists recent;
  private final ReasonTexts reasons;

  TodaysLists(CallLists lists, RecentCallLists recent, ReasonTexts reasons) {
    this.lists = lists;
    this.recent = recent;
    this.reasons = reasons;
  }

  /**
   * The page as of now.
   *
   * @param campaign whose list is shown; null for the first
   * @param mayCall false for readers who do not call: they see no phone numbers
   */
  CallListPageData read(@Nullable Long campaign, boolean mayCall, Language language) {
    List<CampaignName> running = lists.running();
    Long shown = campaign != null || running.isEmpty() ? campaign : (Long) running.get(0).id();
    return new CallListPageData(
        running.stream()
            .map(one -> new Tab(one.id(), one.name(), shown != null && one.id() == shown))
            .toList(),
        shown == null ? null : list(recent.of(shown), mayCall, language));
  }

  private CampaignList list(CallList list, boolean mayCall, Language language) {
    return new CampaignList(
        list.campaignId(),
        list.campaign(),
        list.asOf(),
        list.plannedMinutes(),
        list.capacityMinutes(),
        list.pending() - list.calls().size(),
        list.blocked(),
        mayCall,
        list.calls().stream().map(call -> row(call, mayCall, language)).toList());
  }

  private Row row(Call call, boolean mayCall, Language language) {
    return new Row(
        call.rank(),
        call.customer(),
        CustomerFinder.address(call.customer()),
        call.name(),
        call.risk(),
        call.expectedGain(),
        reasons.in(language, call.reasons()),
        mayCall ? call.phone() : null,
        call.since(),
        call.callFrom());
  }
}
