package dev.holdfast.campaign;

import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.Priors;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.sql.DataSource;

/** By which channels customers come to us, to reach them there. */
@ApplicationScoped
public class ChannelUses {

  private static final String FEATURE = "channel_";
  private static final List<String> CHANNELS = List.of("phone", "digital", "chat", "store");

  private final CustomerStates states;
  private final DataSource database;

  ChannelUses(CustomerStates states, DataSource database) {
    this.states = states;
    this.database = database;
  }

  /**
   * By which channels the customer of a call task is best reached, the best first: as the campaign
   * says, else as it comes to us; empty if neither is known, or there is no such task.
   */
  public List<String> ofTask(long taskId) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT c.channels, t.customer_id FROM call_task t JOIN campaign c ON c.id ="
                    + " t.campaign_id WHERE t.id = ?")) {
      select.setLong(1, taskId);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return List.of();
        }
        String said = row.getString(1);
        return said.isEmpty()
            ? of(row.getLong(2)).stream().map(ChannelUse::channel).toList()
            : List.of(said.split(","));
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read how a customer is reached", failure);
    }
  }

  /** The channels that a customer uses, the most used first; empty if none was ever named. */
  List<ChannelUse> of(long customerId) {
    CustomerState state = states.read(List.of(customerId)).get(customerId);
    if (state == null) {
      return List.of();
    }
    // Shares stand still between events and are the same for any population.
    float[] features =
        Features.of(state.activity(), state.activity().lastOccurredAt(), Priors.standard());
    List<ChannelUse> uses = new ArrayList<>();
    for (String channel : CHANNELS) {
      double share = features[FeatureSchema.current().indexOf(FEATURE + channel)];
      if (share > 0) {
        uses.add(new ChannelUse(channel, share));
      }
    }
    uses.sort(Comparator.comparingDouble(ChannelUse::share).reversed());
    return List.copyOf(uses);
  }
}
