package dev.holdfast.warning;

import dev.holdfast.campaign.Campaigns;
import dev.holdfast.campaign.CampaignsResource.CampaignView;
import dev.holdfast.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** From bell to action: a campaign for the customers whom an incident names, with its hold-out. */
@ApplicationScoped
public class IncidentCampaigns {

  private static final int PAGE = 4_096;

  private final Incidents incidents;
  private final CohortIncidents cohorts;
  private final Campaigns campaigns;

  IncidentCampaigns(Incidents incidents, CohortIncidents cohorts, Campaigns campaigns) {
    this.incidents = incidents;
    this.cohorts = cohorts;
    this.campaigns = campaigns;
  }

  /**
   * Starts it, once for an incident.
   *
   * @param settings null for the defaults
   * @throws Problem 404 if there is no such incident; 409 if it has a campaign, with its name; 422
   *     if it names no customers
   */
  @Transactional
  public CampaignView start(long id, @Nullable IncidentCampaignSettings settings, String actor) {
    // Whoever comes second waits here, and then finds the first one's campaign.
    Incident incident = incidents.lock(id);
    IncidentCampaignSettings given =
        settings == null ? IncidentCampaignSettings.DEFAULTS : settings;
    CampaignView started =
        campaigns.invite(id, incident.since(), new Customers(id), given.of(incident), actor);
    incidents.campaignStarted(id, "campaign " + started.id() + ": " + started.name(), actor);
    return started;
  }

  /** The customers of an incident, page by page. */
  private final class Customers implements Iterator<Long> {

    private final long incident;
    private Iterator<Long> page = List.<Long>of().iterator();
    private long last;

    Customers(long incident) {
      this.incident = incident;
    }

    @Override
    public boolean hasNext() {
      if (!page.hasNext()) {
        page = cohorts.customersAfter(incident, last, PAGE).iterator();
      }
      return page.hasNext();
    }

    @Override
    public Long next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      last = page.next();
      return last;
    }
  }
}
