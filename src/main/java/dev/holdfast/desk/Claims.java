package dev.holdfast.desk;

import dev.holdfast.campaign.CallQueue;
import dev.holdfast.campaign.CallQueue.Abilities;
import dev.holdfast.campaign.CallQueue.Ready;
import dev.holdfast.campaign.CallQueue.Task;
import dev.holdfast.campaign.Contactability;
import dev.holdfast.campaign.Disposition;
import dev.holdfast.campaign.OutcomeReport;
import dev.holdfast.campaign.Outcomes;
import dev.holdfast.campaign.Outcomes.OutcomeView;
import dev.holdfast.campaign.PolicyDecision.Finding;
import dev.holdfast.customer.ContactCard;
import dev.holdfast.customer.Customers;
import dev.holdfast.desk.AgentEffects.Estimate;
import dev.holdfast.desk.AgentEffects.Topic;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.DueRows;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SqlTime;
import dev.holdfast.platform.SystemClock;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Calls in hand. An agent claims the next task, begins the call, and says what came of it; or
 * releases or snoozes it. Each step is one transaction that holds the party's lock and asks the
 * contact policy anew, so that a wish for no contact that was accepted before is heard.
 *
 * <p>Nobody waits for another one: a task or party that somebody else has locked is passed over, so
 * that the order by priority is kept up to as many tasks as there are agents at once. A claim whose
 * lease has run out returns to the queue at the next claim of anybody.
 */
@ApplicationScoped
class Claims {

  /** Tasks looked at in one go for a claim. */
  private static final int PAGE = 16;

  /** Pages looked at; beyond them nobody can be called and the agent asks again later. */
  private static final int PAGES = 12;

  /** Leases that one claim recovers. */
  private static final int RECOVERED_AT_ONCE = 20;

  /**
   * The best tasks among which an agent's past effect may choose: as many as agents ask at once, up
   * to which the order by priority holds anyway.
   */
  private static final int CHOICE = 8;

  /** An agent's past effect makes a task worth at most twice as much, or half. */
  private static final double MOST_BY_EFFECT = 2;

  private static final DueRows EXPIRED =
      new DueRows(
          "SELECT id FROM desk_claim WHERE open_marker = 1 AND lease_until < ? ORDER BY lease_until"
              + " LIMIT ?",
          "SELECT id FROM desk_claim WHERE id = ? AND open_marker = 1 AND lease_until < ? FOR"
              + " UPDATE SKIP LOCKED");

  /** When a task is looked at again that the policy forbids without an end. */
  private static final Duration NEXT_LOOK = Duration.ofDays(1);

  private static final Duration LONGEST_SNOOZE = Duration.ofDays(7);

  private final DataSource database;
  private final CallQueue queue;
  private final Contactability contactability;
  private final Outcomes outcomes;
  private final Customers customers;
  private final Agents agents;
  private final AgentBoard board;
  private final DeskConfig config;
  private final BusinessClock clock;
  private final SystemClock system;
  private final RandomGenerator random = new SecureRandom();
  private final Map<Abilities, Counted> counts = new ConcurrentHashMap<>();

  private record Counted(long ready, Instant at) {}

  Claims(
      DataSource database,
      CallQueue queue,
      Contactability contactability,
      Outcomes outcomes,
      Customers customers,
      Agents agents,
      AgentBoard board,
      DeskConfig config,
      BusinessClock clock,
      SystemClock system) {
    this.database = database;
    this.queue = queue;
    this.contactability = contactability;
    this.outcomes = outcomes;
    this.customers = customers;
    this.agents = agents;
    this.board = board;
    this.config = config;
    this.clock = clock;
    this.system = system;
  }

  /**
   * A call in hand, without the number: that is told when the call begins.
   *
   * @param leaseUntil until when it is kept for the agent, in real time
   * @param exploration true if it was drawn at random
   * @param propensity with which it was drawn, in (0, 1]
   * @param calledAt when the call began; null if it did not
   * @param gone why the call is not to be made any more, such as {@code returned}; null if it is
   */
  record Claim(
      long id,
      Task task,
      String agent,
      Instant claimedAt,
      Instant leaseUntil,
      boolean exploration,
      double propensity,
      @Nullable Instant calledAt,
      @Nullable String gone) {}

  /** How the next task is looked for: by priority, or from a lot on. */
  private record Draw(boolean exploration, double lot) {}

  /**
   * The next call for an agent, best first, or once in a while one at random.
   *
   * @return empty if nobody can be called now
   * @throws Problem 409 if the agent has as many in hand as allowed
   */
  @Transactional
  Optional<Claim> next(String agent) {
    recover();
    queue.wake(clock.now());
    int inHand = open(agent).size();
    if (inHand >= config.mostInHand()) {
      throw Problem.conflict(
          "You have " + inHand + " calls in hand; finish or release one before the next.");
    }
    Abilities abilities = agents.abilities(agent);
    Draw draw = new Draw(random.nextDouble() < config.exploration(), random.nextDouble());
    for (int page = 0; page < PAGES; page++) {
      List<Ready> found =
          draw.exploration()
              ? queue.drawn(abilities, draw.lot(), PAGE)
              : ordered(agent, queue.best(abilities, PAGE));
      boolean changed = false;
      for (Ready one : found) {
        Optional<Task> task = queue.lockReady(one.id());
        if (task.isPresent()) {
          Optional<Claim> claim = tryClaim(task.get(), agent, draw, abilities);
          if (claim.isPresent()) {
            return claim;
          }
          changed = true;
        }
      }
      if (!changed) {
        // Others have locked all of them; they will not be there at the next look.
        break;
      }
    }
    return Optional.empty();
  }

  private List<Ready> ordered(String agent, List<Ready> best) {
    return config.orderByEffect() ? bySuccess(agent, best, board.known().effects()) : best;
  }

  /** The first few by what they are worth in this agent's hands, the others as they were. */
  static List<Ready> bySuccess(String agent, List<Ready> best, AgentEffects effects) {
    List<Ready> choice = new ArrayList<>(best);
    choice
        .subList(0, Math.min(CHOICE, choice.size()))
        .sort(Comparator.comparingDouble((Ready one) -> -inHandsOf(agent, one, effects)));
    return choice;
  }

  private static double inHandsOf(String agent, Ready task, AgentEffects effects) {
    Estimate estimate = effects.of(agent, Topic.ofSkill(task.skill() == null ? "" : task.skill()));
    double times = estimate.share() / estimate.ofAll();
    return task.priority() * Math.max(1 / MOST_BY_EFFECT, Math.min(MOST_BY_EFFECT, times));
  }

  /** Claims a locked task, or puts it where it waits if its party cannot be called now. */
  private Optional<Claim> tryClaim(Task task, String agent, Draw draw, Abilities abilities) {
    try (Connection connection = database.getConnection()) {
      if (customers.lockFreeParties(connection, List.of(task.partyId())).isEmpty()) {
        return Optional.empty();
      }
      Instant now = clock.now();
      if (inSomebodysHand(connection, task.partyId())) {
        queue.putBack(task.id(), now.plus(config.lease()));
        return Optional.empty();
      }
      Contactability.Answer answer = contactability.byPhone(task.partyId());
      if (!answer.decision().allowed()) {
        queue.blocked(task, "claim", answer);
        queue.putBack(task.id(), answer.decision().opensAt().orElse(now.plus(NEXT_LOOK)));
        return Optional.empty();
      }
      double ready = Math.max(1, ready(abilities));
      double share = config.exploration() / ready;
      double propensity = draw.exploration() ? share : 1 - config.exploration() + share;
      Instant leaseUntil = system.now().plus(config.lease());
      long id = insert(connection, task, agent, now, leaseUntil, draw.exploration(), propensity);
      queue.takeOut(task.id());
      return Optional.of(
          new Claim(id, task, agent, now, leaseUntil, draw.exploration(), propensity, null, null));
    } catch (SQLException failure) {
      throw new IllegalStateException("a call task cannot be claimed", failure);
    }
  }

  private static long insert(
      Connection connection,
      Task task,
      String agent,
      Instant now,
      Instant leaseUntil,
      boolean exploration,
      double propensity)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO desk_claim (call_task_id, party_id, agent, claimed_at, lease_until,"
                + " exploration, propensity, open_marker) VALUES (?,?,?,?,?,?,?,1) RETURNING id")) {
      insert.setLong(1, task.id());
      insert.setLong(2, task.partyId());
      insert.setString(3, agent);
      SqlTime.set(insert, 4, now);
      SqlTime.set(insert, 5, leaseUntil);
      insert.setBoolean(6, exploration);
      insert.setDouble(7, propensity);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static boolean inSomebodysHand(Connection connection, long partyId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT 1 FROM desk_claim WHERE party_id = ? AND open_marker = 1")) {
      select.setLong(1, partyId);
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Ready tasks, counted a moment ago: every claim needs it and only for its propensity. */
  private long ready(Abilities abilities) {
    Instant now = system.now();
    Counted known = counts.get(abilities);
    if (known != null && known.at().plus(config.countFresh()).isAfter(now)) {
      return known.ready();
    }
    long ready = queue.ready(abilities);
    counts.put(abilities, new Counted(ready, now));
    return ready;
  }

  /** What an agent has in hand, oldest first; a task that is gone says so. */
  @Transactional
  List<Claim> open(String agent) {
    return read("c.agent = ? AND c.open_marker = 1 ORDER BY c.id", agent, "");
  }

  /**
   * How the party of a call that begins is reached.
   *
   * @param card with the number
   */
  record Begun(Claim claim, ContactCard card) {}

  /**
   * Begins the call: the last look at the policy, under the party's lock. From here on the attempt
   * counts.
   *
   * @throws Problem 404 for a claim that is not the agent's, 410 if the task is gone, 409 with the
   *     rule if the policy forbids the call; then the claim is over
   */
  @Transactional(dontRollbackOn = Problem.class)
  Begun call(long claimId, String agent) {
    Claim claim = locked(claimId, agent);
    Instant now = clock.now();
    if (claim.gone() != null) {
      end(claim.id(), "gone");
      queue.putBack(claim.task().id(), null);
      throw Problem.of(410, "Gone", "Nobody is to be called any more: " + claim.gone() + ".");
    }
    Contactability.Answer answer = contactability.byPhone(claim.task().partyId());
    if (claim.calledAt() == null && !answer.decision().allowed()) {
      Finding block = answer.decision().strongestBlock();
      queue.blocked(claim.task(), "call", answer);
      end(claim.id(), "blocked");
      queue.putBack(claim.task().id(), answer.decision().opensAt().orElse(now.plus(NEXT_LOOK)));
      throw Problem.conflict("The contact policy forbids the call now: " + block.reason() + ".")
          .with("rule", block.rule());
    }
    if (claim.calledAt() == null) {
      outcomes.attempt(claim.task().id(), claim.task().partyId(), agent);
      called(claim.id(), now, system.now().plus(config.callLease()));
    }
    return new Begun(read(claimId, agent, "").orElse(claim), answer.card());
  }

  private void called(long claimId, Instant at, Instant leaseUntil) {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE desk_claim SET called_at = ?, lease_until = ? WHERE id = ?")) {
      SqlTime.set(update, 1, at);
      SqlTime.set(update, 2, leaseUntil);
      update.setLong(3, claimId);
      update.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException("the beginning of a call cannot be recorded", failure);
    }
  }

  /** Gives a task back for somebody else. */
  @Transactional
  void release(long claimId, String agent) {
    Claim claim = locked(claimId, agent);
    end(claim.id(), "released");
    queue.putBack(claim.task().id(), null);
  }

  /**
   * Gives a task back for later.
   *
   * @throws Problem 400 unless {@code until} lies within the next seven days
   */
  @Transactional
  void snooze(long claimId, Instant until, String agent) {
    Instant now = clock.now();
    if (!until.isAfter(now) || until.isAfter(now.plus(LONGEST_SNOOZE))) {
      throw Problem.badRequest(
          "until must lie within the next seven days, was " + until + ", now is " + now);
    }
    Claim claim = locked(claimId, agent);
    end(claim.id(), "snoozed");
    queue.putBack(claim.task().id(), until);
  }

  /**
   * Ends a claim with what came of the call. A task that stays pending waits by the policy's plan,
   * or until the time that was promised.
   */
  @Transactional
  OutcomeView complete(long claimId, OutcomeReport report, String agent) {
    Claim claim = locked(claimId, agent);
    OutcomeView outcome =
        outcomes.record(
            claim.task().id(), claim.calledAt() == null ? report : report.ofOpenAttempt(), agent);
    end(claim.id(), "completed");
    if (outcome.taskState().equals("pending")) {
      Instant now = clock.now();
      Instant promised = report.disposition() == Disposition.CALL_BACK ? report.callBackAt() : null;
      Instant opens =
          contactability.byPhone(claim.task().partyId()).decision().opensAt().orElse(null);
      queue.putBack(
          claim.task().id(),
          promised != null ? promised : opens != null ? opens : now.plus(NEXT_LOOK));
    } else {
      queue.putBack(claim.task().id(), null);
    }
    return outcome;
  }

  /** The claim of this agent, with its party and its task locked, in this order. */
  private Claim locked(long claimId, String agent) {
    Claim seen =
        read(claimId, agent, "")
            .orElseThrow(() -> Problem.notFound("You have no call " + claimId + " in hand."));
    try (Connection connection = database.getConnection()) {
      Set<Long> party = customers.lockParties(connection, List.of(seen.task().partyId()));
      if (party.isEmpty()) {
        throw Problem.notFound("The party of call " + claimId + " is gone.");
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("a party cannot be locked", failure);
    }
    // Anew, since somebody may have ended it while this waited for the party.
    return read(claimId, agent, " FOR UPDATE")
        .orElseThrow(() -> Problem.notFound("You have no call " + claimId + " in hand."));
  }

  private Optional<Claim> read(long claimId, String agent, String lock) {
    return read("c.id = " + claimId + " AND c.agent = ? AND c.open_marker = 1", agent, lock)
        .stream()
        .findFirst();
  }

  private List<Claim> read(String condition, String agent, String lock) {
    List<Claim> claims = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT c.id, c.call_task_id, c.agent, c.claimed_at, c.lease_until, c.exploration,"
                    + " c.propensity, c.called_at FROM desk_claim c WHERE "
                    + condition
                    + lock)) {
      select.setString(1, agent);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          long taskId = row.getLong("call_task_id");
          Task task =
              (lock.isEmpty() ? queue.find(taskId) : queue.lock(taskId))
                  .orElseThrow(() -> new IllegalStateException("no call task " + taskId));
          claims.add(
              new Claim(
                  row.getLong("id"),
                  task,
                  row.getString("agent"),
                  SqlTime.required(row, "claimed_at"),
                  SqlTime.required(row, "lease_until"),
                  row.getBoolean("exploration"),
                  row.getDouble("propensity"),
                  SqlTime.read(row, "called_at"),
                  gone(task)));
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the calls in hand cannot be read", failure);
    }
    return claims;
  }

  private static @Nullable String gone(Task task) {
    if (task.state().equals("pending")) {
      return null;
    }
    return task.finishReason() == null ? task.state() : task.finishReason();
  }

  private void end(long claimId, String reason) {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE desk_claim SET open_marker = NULL, end_reason = ?, ended_at = ? WHERE id ="
                    + " ? AND open_marker = 1")) {
      update.setString(1, reason);
      SqlTime.set(update, 2, clock.now());
      update.setLong(3, claimId);
      update.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException("a claim cannot be ended", failure);
    }
  }

  /**
   * Returns to the queue what was claimed by somebody who is not heard of any more.
   *
   * @return how many
   */
  @Transactional
  int recover() {
    try (Connection connection = database.getConnection()) {
      List<Long> expired = EXPIRED.lock(connection, system.now(), RECOVERED_AT_ONCE);
      for (long id : expired) {
        long task = taskOf(connection, id);
        end(id, "expired");
        queue.putBack(task, null);
      }
      return expired.size();
    } catch (SQLException failure) {
      throw new IllegalStateException("expired claims cannot be recovered", failure);
    }
  }

  private static long taskOf(Connection connection, long claimId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT call_task_id FROM desk_claim WHERE id = ?")) {
      select.setLong(1, claimId);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
