package dev.holdfast.console;

import dev.holdfast.campaign.ContactHistory;
import dev.holdfast.campaign.ContactabilityResource.ContactabilityView;
import dev.holdfast.console.MyListData.Happened;
import dev.holdfast.customer.CustomerView;
import dev.holdfast.scoring.Breakdown.FeatureShare;
import dev.holdfast.scoring.Explanation;
import dev.holdfast.scoring.Receipt;
import dev.holdfast.scoring.Risks.RiskView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of a customer shows.
 *
 * @param customer the name in the address
 * @param name of the person, null if unknown
 * @param record who it is
 * @param risk null if there is none; then {@code whyNoRisk} says why
 * @param timeline what was and what will be; null before the first event
 * @param events newest first, as many as are shown
 * @param allEvents how many there are
 * @param feedback what the customer told us and complained of, newest first
 * @param contactability null for readers who do not contact
 */
public record CustomerData(
    String customer,
    @Nullable String name,
    CustomerView record,
    @Nullable RiskPart risk,
    @Nullable String whyNoRisk,
    @Nullable TimelineChart timeline,
    List<Happened> events,
    int allEvents,
    List<Told> feedback,
    List<ContactHistory.Attempt> attempts,
    List<ContactHistory.Case> cases,
    @Nullable ContactabilityView contactability,
    List<Receipt.Line> receipts) {

  public CustomerData {
    events = List.copyOf(events);
    feedback = List.copyOf(feedback);
    attempts = List.copyOf(attempts);
    cases = List.copyOf(cases);
    receipts = List.copyOf(receipts);
  }

  /** Where the API has it. */
  public String apiAddress() {
    return "/api/v1" + CustomerFinder.address(customer);
  }

  /** Where the page is. */
  public String address() {
    return CustomerFinder.address(customer);
  }

  /**
   * The risk and what it is made of.
   *
   * @param sentence what silence will bring
   * @param reasons in the reader's language
   * @param features all that raise or lower the risk, the strongest first
   * @param afterUse the risk after a use now, in (0, 1)
   */
  public record RiskPart(
      RiskView now,
      String sentence,
      List<ReasonLine> reasons,
      List<Share> features,
      List<Explanation.Projection> levels,
      double afterUse) {

    public RiskPart {
      reasons = List.copyOf(reasons);
      features = List.copyOf(features);
      levels = List.copyOf(levels);
    }
  }

  /**
   * A reason.
   *
   * @param contribution what it adds to the log-odds
   * @param percent of the strongest reason, 0 to 100
   * @param remedy what would lower it; null if nobody can do anything about it
   */
  public record ReasonLine(
      String words, double contribution, int percent, @Nullable String remedy) {}

  /**
   * A feature and its contribution.
   *
   * @param percent of the strongest contribution, 0 to 100
   */
  public record Share(FeatureShare feature, int percent) {

    /** True if it raises the risk. */
    public boolean raises() {
      return feature.contribution() > 0;
    }
  }

  /**
   * Something that the customer told us.
   *
   * @param details properties of the event, as name and value
   */
  public record Told(Instant at, String kind, String text, List<String> details) {

    public Told {
      details = List.copyOf(details);
    }
  }
}
