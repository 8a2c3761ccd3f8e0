package dev.holdfast.desk;

import dev.holdfast.access.Audit;
import dev.holdfast.campaign.CallQueue.Abilities;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.SystemClock;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** What the agents of the desk can do: languages and skills of users with the role agent. */
@ApplicationScoped
class Agents {

  private static final String COLUMNS = "SELECT name, languages, skills FROM desk_agent";

  private final DataSource database;
  private final SystemClock clock;
  private final Audit audit;

  Agents(DataSource database, SystemClock clock, Audit audit) {
    this.database = database;
    this.clock = clock;
    this.audit = audit;
  }

  /**
   * An agent.
   *
   * @param languages as in the field language of a profile
   * @param skills as campaigns ask for
   */
  record Agent(String name, List<String> languages, List<String> skills) {}

  /** All agents by name. */
  List<Agent> all() {
    List<Agent> agents = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(COLUMNS + " ORDER BY name");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        agents.add(agent(row));
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the agents cannot be read", failure);
    }
    return agents;
  }

  /** What an agent can do; one of whom nothing was said gets the tasks that anybody may have. */
  Abilities abilities(String name) {
    Optional<Agent> known = Optional.empty();
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(COLUMNS + " WHERE name = ?")) {
      select.setString(1, name);
      try (ResultSet row = select.executeQuery()) {
        if (row.next()) {
          known = Optional.of(agent(row));
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the agents cannot be read", failure);
    }
    return known
        .map(agent -> new Abilities(agent.languages(), agent.skills()))
        .orElse(new Abilities(List.of(), List.of()));
  }

  /** Says what an agent can do; audited. */
  @Transactional
  void set(Agent agent, String actor) {
    try (Connection connection = database.getConnection();
        PreparedStatement upsert =
            connection.prepareStatement(
                "INSERT INTO desk_agent (name, languages, skills, updated_at, updated_by) VALUES"
                    + " (?,?,?,?,?) ON DUPLICATE KEY UPDATE languages = VALUES(languages), skills ="
                    + " VALUES(skills), updated_at = VALUES(updated_at), updated_by ="
                    + " VALUES(updated_by)")) {
      upsert.setString(1, agent.name());
      upsert.setString(2, join(agent.languages()));
      upsert.setString(3, join(agent.skills()));
      SqlTime.set(upsert, 4, clock.now());
      upsert.setString(5, actor);
      upsert.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException("an agent cannot be set", failure);
    }
    audit.record(
        actor, "desk.agent", agent.name(), agent.languages() + ", skills " + agent.skills());
  }

  private static Agent agent(ResultSet row) throws SQLException {
    return new Agent(
        row.getString("name"), split(row.getString("languages")), split(row.getString("skills")));
  }

  private static String join(Collection<String> words) {
    return String.join(",", words);
  }

  private static List<String> split(String stored) {
    return stored.isEmpty() ? List.of() : List.of(stored.split(",", -1));
  }
}
