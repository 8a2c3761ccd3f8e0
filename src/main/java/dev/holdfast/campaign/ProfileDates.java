package dev.holdfast.campaign;

import dev.holdfast.customer.Profiles;
import dev.holdfast.platform.Jdbc;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Dates in profiles that come near, such as the end of a contract: ISO 8601 days, or instants of
 * which the day counts. What is none counts as missing.
 */
@ApplicationScoped
class ProfileDates {

  private static final int DAY = 10;

  private final DataSource database;
  private final Profiles profiles;

  ProfileDates(DataSource database, Profiles profiles) {
    this.database = database;
    this.profiles = profiles;
  }

  /**
   * Customers whose date is today or at most so many days away, and whose party has had no episode
   * in this campaign for it, nor has an open one or rests from one, nor is in a campaign of a
   * higher precedence. The earliest dates first, for they pass; those of a day in an order that the
   * run's salt makes random. Reads all profiles.
   *
   * @return the date by customer
   */
  Map<Long, LocalDate> near(Campaign campaign, StartEvent start, LocalDate today) {
    Map<Long, LocalDate> near = new LinkedHashMap<>();
    // The day as a text, since only such a text is compared that has the form of one.
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT d.id, d.day FROM (SELECT c.id, c.party_id, LEFT(JSON_VALUE(c.profile, ?), "
                    + DAY
                    + ") AS day FROM customer c WHERE c.profile IS NOT NULL) d WHERE d.day BETWEEN"
                    + " ? AND ? AND d.day REGEXP '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' AND NOT EXISTS"
                    + " (SELECT 1 FROM episode e WHERE e.party_id = d.party_id AND e.campaign_id = ?"
                    + " AND (e.open_marker = 1 OR e.closed_at > ? OR e.for_day = CAST(d.day AS"
                    + " DATE)))"
                    + " AND NOT EXISTS (SELECT 1 FROM episode h JOIN campaign k ON k.id ="
                    + " h.campaign_id AND k.precedence > ? AND k.state <> 'ended' WHERE h.party_id"
                    + " = d.party_id AND h.open_marker = 1)"
                    + " ORDER BY d.day, MD5(CONCAT(HEX(?), d.id))")) {
      select.setString(1, "$.\"" + start.dateField() + "\"");
      select.setString(2, today.toString());
      select.setString(3, today.plusDays(start.before()).toString());
      select.setLong(4, campaign.id);
      select.setObject(5, today.minusDays(campaign.coolDownDays).atStartOfDay());
      select.setInt(6, campaign.precedence);
      select.setBytes(7, campaign.salt);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          LocalDate date = day(row.getString(2));
          if (date != null) {
            near.put(row.getLong(1), date);
          }
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read whose date is near", failure);
    }
    return near;
  }

  /**
   * The dates of these customers, by customer; without those who have none, or whose party has had
   * its episode in this campaign for it.
   */
  Map<Long, LocalDate> of(Campaign campaign, Collection<Long> customerIds, StartEvent start) {
    Map<Long, LocalDate> dates = new HashMap<>();
    profiles
        .values(customerIds)
        .forEach(
            (customer, profile) -> {
              LocalDate date =
                  profile.get(start.dateField()) instanceof String text ? day(text) : null;
              if (date != null) {
                dates.put(customer, date);
              }
            });
    if (campaign.id != null) {
      removeHad(campaign.id, dates);
    }
    return dates;
  }

  private void removeHad(long campaign, Map<Long, LocalDate> dates) {
    try (Connection connection = database.getConnection()) {
      for (List<Long> chunk : Jdbc.chunks(dates.keySet().stream().sorted().toList())) {
        try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT c.id, e.for_day FROM customer c JOIN episode e ON e.party_id = c.party_id"
                    + " AND e.campaign_id = ? AND e.for_day IS NOT NULL WHERE c.id IN ("
                    + Jdbc.marks(chunk.size())
                    + ")")) {
          select.setLong(1, campaign);
          for (int i = 0; i < chunk.size(); i++) {
            select.setLong(i + 2, chunk.get(i));
          }
          try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
              dates.remove(row.getLong(1), row.getObject(2, LocalDate.class));
            }
          }
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read who had an episode for a date", failure);
    }
  }

  private static @Nullable LocalDate day(String text) {
    try {
      return LocalDate.parse(text.substring(0, Math.min(DAY, text.length())));
    } catch (DateTimeParseException none) {
      return null;
    }
  }
}
