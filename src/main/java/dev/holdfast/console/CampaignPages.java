package dev.holdfast.console;

import dev.holdfast.access.Roles;
import dev.holdfast.campaign.CampaignsResource;
import dev.holdfast.campaign.CampaignsResource.CampaignView;
import dev.holdfast.console.NavEntry.Group;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The campaigns in the navigation and in the search box. */
@ApplicationScoped
class CampaignPages implements Pages, SearchSource {

  private static final Set<String> READERS =
      Set.of(Roles.VIEWER, Roles.AGENT, Roles.RETENTION_LEAD, Roles.DATA_SCIENTIST);

  private final CampaignsResource campaigns;

  CampaignPages(CampaignsResource campaigns) {
    this.campaigns = campaigns;
  }

  @Override
  public List<NavEntry> entries() {
    return List.of(new NavEntry("campaigns", "/campaigns", Group.KEEP, 2, "p", READERS));
  }

  @Override
  public List<Found> find(String words, Shell reader, int most) {
    if (READERS.stream().noneMatch(reader::has)) {
      return List.of();
    }
    String wanted = words.toLowerCase(Locale.ROOT);
    return campaigns.list().stream()
        .filter(one -> one.name().toLowerCase(Locale.ROOT).contains(wanted))
        .limit(most)
        .map(one -> found(one, reader))
        .toList();
  }

  private static Found found(CampaignView campaign, Shell reader) {
    return new Found(
        "campaign",
        campaign.name(),
        reader.words().of("campaign_is_" + campaign.state()),
        "/campaigns/" + campaign.id());
  }
}
