package dev.holdfast.campaign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.access.Audit;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * What is known of the effects of campaigns, in versions that never change; the newest is in force.
 */
@ApplicationScoped
public class CampaignEffects {

  private final DataSource database;
  private final ObjectMapper json;
  private final BusinessClock clock;
  private final Audit audit;

  CampaignEffects(DataSource database, ObjectMapper json, BusinessClock clock, Audit audit) {
    this.database = database;
    this.json = json;
    this.clock = clock;
    this.audit = audit;
  }

  /**
   * A version.
   *
   * @param number from 1
   */
  public record Version(int number, CampaignEffect effect, Instant storedAt, String storedBy) {}

  /** The version in force; empty if nobody measured anything yet. */
  public Optional<Version> inForce(long campaignId) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT version, document, created_at, created_by FROM campaign_effect WHERE"
                    + " campaign_id = ? ORDER BY version DESC LIMIT 1")) {
      select.setLong(1, campaignId);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        return Optional.of(
            new Version(
                row.getInt("version"),
                json.readValue(row.getString("document"), CampaignEffect.class),
                SqlTime.required(row, "created_at"),
                row.getString("created_by")));
      }
    } catch (SQLException | JsonProcessingException failure) {
      throw new IllegalStateException("the effect of a campaign cannot be read", failure);
    }
  }

  /** The effect in force, or that nothing is known. */
  CampaignEffect of(long campaignId) {
    return inForce(campaignId).map(Version::effect).orElse(CampaignEffect.UNKNOWN);
  }

  /** Stores a further version, which is in force from then on; audited. */
  @Transactional
  public Version store(long campaignId, CampaignEffect effect, String actor) {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO campaign_effect (campaign_id, version, used, document, created_at,"
                    + " created_by) SELECT ?, COALESCE(MAX(version), 0) + 1, ?, ?, ?, ? FROM"
                    + " campaign_effect WHERE campaign_id = ?")) {
      insert.setLong(1, campaignId);
      insert.setString(2, effect.used().wireName());
      insert.setString(3, json.writeValueAsString(effect));
      SqlTime.set(insert, 4, clock.now());
      insert.setString(5, actor);
      insert.setLong(6, campaignId);
      insert.executeUpdate();
    } catch (SQLException | JsonProcessingException failure) {
      throw new IllegalStateException("the effect of a campaign cannot be stored", failure);
    }
    audit.record(
        actor, "campaign.effect", "campaign:" + campaignId, "from " + effect.used().wireName());
    return inForce(campaignId).orElseThrow();
  }
}
