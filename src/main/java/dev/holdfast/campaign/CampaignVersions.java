package dev.holdfast.campaign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Every settings that campaigns had, written in the caller's transaction and never changed. */
@ApplicationScoped
class CampaignVersions {

  private final DataSource database;
  private final ObjectMapper json;

  CampaignVersions(DataSource database, ObjectMapper json) {
    this.database = database;
    this.json = json;
  }

  /** Keeps what the campaign is now as its version {@link Campaign#settingsVersion}. */
  void keep(Campaign campaign, Instant at, String actor, String why) {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO campaign_version (campaign_id, number, settings, set_at, set_by, why)"
                    + " VALUES (?,?,?,?,?,?)")) {
      insert.setLong(1, campaign.id);
      insert.setInt(2, campaign.settingsVersion);
      insert.setString(3, text(CampaignSettings.of(campaign)));
      SqlTime.set(insert, 4, at);
      insert.setString(5, actor);
      insert.setString(6, why);
      insert.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException("a version of a campaign cannot be kept", failure);
    }
  }

  /** What is set, as the API takes it. */
  String text(CampaignSettings settings) {
    try {
      return json.writeValueAsString(settings);
    } catch (JsonProcessingException unwritable) {
      throw new IllegalStateException("settings of a campaign cannot be written", unwritable);
    }
  }

  /** All versions of a campaign, the newest first. */
  List<CampaignVersion> of(long campaignId) {
    List<CampaignVersion> versions = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT number, settings, set_at, set_by, why FROM campaign_version WHERE"
                    + " campaign_id = ? ORDER BY number DESC")) {
      select.setLong(1, campaignId);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          versions.add(
              new CampaignVersion(
                  row.getInt("number"),
                  json.readValue(row.getString("settings"), CampaignSettings.class),
                  SqlTime.required(row, "set_at"),
                  row.getString("set_by"),
                  row.getString("why")));
        }
      }
    } catch (SQLException | JsonProcessingException failure) {
      throw new IllegalStateException("the versions of a campaign cannot be read", failure);
    }
    return versions;
  }
}
