package dev.holdfast.desk;

import dev.holdfast.desk.AgentEffects.Topic;
import dev.holdfast.desk.Agents.Agent;
import dev.holdfast.desk.Routing.Candidate;
import dev.holdfast.desk.Shifts.Shift;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Rounds;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.SystemClock;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the agents, kept in memory so that nobody who routes a call waits for the
 * database: how well their conversations end, what they can do, how many calls they had.
 */
@ApplicationScoped
class AgentBoard {

  private static final Logger LOG = Logger.getLogger(AgentBoard.class);

  /** Calls count towards an agent's load for so long. */
  private static final Duration SHIFT = Duration.ofHours(12);

  /** An agent who has only begun has no rate yet. */
  private static final double LEAST_HOURS = 0.25;

  /** How old effects may be: they take longer to read than loads and change slowly. */
  private static final Duration EFFECTS_FRESH = Duration.ofMinutes(1);

  private final DataSource database;
  private final Agents agents;
  private final Shifts shifts;
  private final CallTallies tallies;
  private final RoutingConfig config;
  private final BusinessClock clock;
  private final SystemClock system;
  private final Rounds rounds;

  private volatile @Nullable Known known;

  AgentBoard(
      DataSource database,
      Agents agents,
      Shifts shifts,
      CallTallies tallies,
      RoutingConfig config,
      BusinessClock clock,
      SystemClock system,
      Rounds rounds) {
    this.database = database;
    this.agents = agents;
    this.shifts = shifts;
    this.tallies = tallies;
    this.config = config;
    this.clock = clock;
    this.system = system;
    this.rounds = rounds;
  }

  /**
   * What is known at one instant.
   *
   * @param effects as of {@code effectsAt}, in system time
   * @param abilities by agent
   * @param callsPerHour by agent, of those who had calls or a shift
   */
  record Known(
      AgentEffects effects,
      Instant effectsAt,
      Map<String, Agent> abilities,
      Map<String, Double> callsPerHour) {

    /** True if an agent was said to have the skill: otherwise nobody can lack it. */
    boolean somebodyHas(String skill) {
      return abilities.values().stream().anyMatch(agent -> agent.skills().contains(skill));
    }

    /** True if an agent was said to speak the language. */
    boolean somebodySpeaks(String language) {
      return abilities.values().stream().anyMatch(agent -> agent.languages().contains(language));
    }

    List<Candidate> candidates(Collection<String> names, Topic topic) {
      return names.stream()
          .distinct()
          .map(
              asked -> {
                // Known without the blanks around it, and answered as asked.
                String name = asked.strip();
                Agent able = abilities.getOrDefault(name, new Agent(name, List.of(), List.of()));
                return new Candidate(
                    asked,
                    effects.of(name, topic),
                    able.languages(),
                    able.skills(),
                    callsPerHour.get(name));
              })
          .toList();
    }
  }

  @Scheduled(
      every = "{holdfast.agent-board.every:10s}",
      delayed = "3s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    rounds.round(LOG, "What is known of the agents could not be read", this::refresh);
  }

  /** Reads everything anew, the effects once a minute. */
  void refresh() {
    Known before = known;
    Instant now = system.now();
    boolean fresh = before != null && before.effectsAt().plus(EFFECTS_FRESH).isAfter(now);
    AgentEffects effects =
        fresh && before != null
            ? before.effects()
            : AgentEffects.of(tallies.pasts(config.days()), config.usualMinutes());
    known =
        new Known(
            effects,
            fresh && before != null ? before.effectsAt() : now,
            agents.all().stream().collect(Collectors.toMap(Agent::name, agent -> agent)),
            callsPerHour());
  }

  /** Forgets how fresh the effects are, so that the next look reads them. */
  void forget() {
    known = null;
  }

  /** What is known; of nobody anything if nothing was read yet. */
  Known known() {
    Known now = known;
    return now == null
        ? new Known(
            AgentEffects.of(List.of(), config.usualMinutes()), Instant.EPOCH, Map.of(), Map.of())
        : now;
  }

  /** True if the agents were read at least once. */
  boolean read() {
    return known != null;
  }

  private Map<String, Double> callsPerHour() {
    Instant now = clock.now();
    Instant from = now.minus(SHIFT);
    Map<String, Double> hours = new HashMap<>();
    for (Shift shift : shifts.between(from, now)) {
      hours.merge(shift.agent(), shift.minutesWithin(from, now) / 60, Double::sum);
    }
    Map<String, Double> rates = new HashMap<>();
    hours.keySet().forEach(agent -> rates.put(agent, 0.0));
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT agent, COUNT(*) AS calls, MIN(at) AS first FROM (SELECT actor AS agent, at"
                    + " FROM contact_attempt WHERE at >= ? UNION ALL SELECT agent, ended_at FROM"
                    + " inbound_call WHERE ended_at >= ?) x GROUP BY agent")) {
      SqlTime.set(select, 1, from);
      SqlTime.set(select, 2, from);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          String agent = row.getString("agent");
          // Without a shift the day of an agent begins with its first call.
          double worked =
              Duration.between(SqlTime.required(row, "first"), now).toMillis() / 3_600_000.0;
          rates.put(
              agent,
              row.getInt("calls") / Math.max(LEAST_HOURS, hours.getOrDefault(agent, worked)));
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the calls of the agents cannot be counted", failure);
    }
    return rates;
  }
}
