package dev.holdfast.console;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the page of today's call lists shows.
 *
 * @param campaigns the running ones, oldest first; none before the first campaign
 * @param list of the campaign that is shown; null if none runs
 */
public record CallListPageData(List<Tab> campaigns, @Nullable CampaignList list) {

  public CallListPageData {
    campaigns = List.copyOf(campaigns);
  }

  /** A running campaign. */
  public record Tab(long id, String name, boolean current) {}

  /**
   * Today's list of one campaign, best call first.
   *
   * @param minutesPlanned agent minutes that the list takes
   * @param capacityMinutes agent minutes there are
   * @param waiting pending call tasks that did not fit or may not be called today
   * @param left those left out, counted by reason
   * @param mayCall true for a reader who calls: only they get phone numbers and the file
   */
  public record CampaignList(
      long campaignId,
      String campaign,
      Instant asOf,
      int minutesPlanned,
      int capacityMinutes,
      int waiting,
      Map<String, Integer> left,
      boolean mayCall,
      List<Row> rows) {

    public CampaignList {
      rows = List.copyOf(rows);
    }

    /** Where the same list is to be had from the API. */
    public String address() {
      return "/api/v1/campaigns/" + campaignId + "/call-list";
    }
  }

  /**
   * One customer to call.
   *
   * @param rank 1 is to be called first
   * @param customer external name, {@code namespace:value}
   * @param address of the customer's page
   * @param name from the profile, or null
   * @param risk calibrated probability of churn, in (0, 1)
   * @param gain expected of the call, in money
   * @param reasons plain words, the strongest first
   * @param phone where to reach the party, or null for a reader who does not call
   * @param since when the episode opened
   * @param callFrom earliest instant at which the policy allows the call; null if it does already
   */
  public record Row(
      int rank,
      String customer,
      String address,
      @Nullable String name,
      double risk,
      double gain,
      List<String> reasons,
      @Nullable String phone,
      Instant since,
      @Nullable Instant callFrom) {

    public Row {
      reasons = List.copyOf(reasons);
    }
  }
}
