package dev.holdfast.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of today's call lists shows, in the words and numbers it shows them in.
 *
 * @param status the line under the heading
 * @param lists one per running campaign, none before the first campaign
 */
public record CallListPageData(Status status, List<CampaignList> lists) {

  public CallListPageData {
    lists = List.copyOf(lists);
  }

  /**
   * How the service stands.
   *
   * @param customersScored customers who have a risk
   * @param champion version of the serving model, or null before the first promotion
   * @param businessTime now, in business time, as it is to be read
   * @param feeds one per source of events
   */
  public record Status(
      long customersScored, @Nullable String champion, String businessTime, List<Feed> feeds) {

    public Status {
      feeds = List.copyOf(feeds);
    }
  }

  /**
   * A source of events.
   *
   * @param completeThrough its watermark as it is to be read, or null if it has reported nothing
   *     yet
   * @param behind true if it is silent for longer than its cadence allows, so that no timer acts on
   *     its customers
   */
  public record Feed(String source, @Nullable String completeThrough, boolean behind) {}

  /**
   * Today's list of one campaign, best call first.
   *
   * @param minutesPlanned agent minutes that the list takes
   * @param capacityMinutes agent minutes there are
   * @param waiting pending call tasks that did not fit or may not be called today
   * @param mayCall true for a reader who calls: only they get phone numbers and the file
   */
  public record CampaignList(
      long campaignId,
      String campaign,
      int minutesPlanned,
      int capacityMinutes,
      int waiting,
      boolean mayCall,
      List<Row> rows) {

    public CampaignList {
      rows = List.copyOf(rows);
    }

    /** Where the same list is to be had as a file for a spreadsheet. */
    public String csvAddress() {
      return "/api/v1/campaigns/" + campaignId + "/call-list?format=csv";
    }
  }

  /**
   * One customer to call.
   *
   * @param rank 1 is to be called first
   * @param customer external name, {@code namespace:value}
   * @param name from the profile, or null
   * @param riskPercent calibrated probability of churn, 0 to 100
   * @param reasons plain words, the strongest first
   * @param phone where to reach the party, or null for a reader who does not call
   * @param since when the episode opened, as it is to be read
   */
  public record Row(
      int rank,
      String customer,
      @Nullable String name,
      int riskPercent,
      List<String> reasons,
      @Nullable String phone,
      String since) {

    public Row {
      reasons = List.copyOf(reasons);
    }
  }
}
