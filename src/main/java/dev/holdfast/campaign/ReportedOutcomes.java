package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.holdfast.campaign.Outcomes.OutcomeView;
import dev.holdfast.customer.Customers;
import dev.holdfast.customer.Customers.Member;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
import dev.holdfast.platform.SqlTime;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Outcomes of calls that were made elsewhere, by a dialer; one that is sent again changes nothing.
 */
@ApplicationScoped
public class ReportedOutcomes {

  private static final int KEY_BYTES = 16;

  private final DataSource database;
  private final Customers customers;
  private final Outcomes outcomes;
  private final BusinessClock clock;
  private final Validator validator;

  ReportedOutcomes(
      DataSource database,
      Customers customers,
      Outcomes outcomes,
      BusinessClock clock,
      Validator validator) {
    this.database = database;
    this.customers = customers;
    this.outcomes = outcomes;
    this.clock = clock;
    this.validator = validator;
  }

  /**
   * What a dialer says of a call. The task is told by its number, or by the campaign with the
   * customer or the phone; that it is not taken twice, by {@code callId} or by {@code contactedAt}.
   *
   * @param task number of the call task
   * @param campaign its name, with {@code customer} or {@code phone} instead of a task
   * @param customer {@code namespace:value}
   * @param phone number that was called
   * @param agent who called, by default whoever reports
   * @param callId the dialer's own number of the call
   */
  @JsonIgnoreProperties(ignoreUnknown = false)
  public record Reported(
      @Nullable Long task,
      @Nullable @Size(max = 100) String campaign,
      @Nullable @Size(max = 200) String customer,
      @Nullable @Size(max = 40) String phone,
      @NotNull Disposition disposition,
      @Nullable Instant contactedAt,
      @Nullable @Size(max = 100) String agent,
      @Nullable OutcomeReason reason,
      @Nullable @Size(max = 500) String note,
      @Nullable Instant callBackAt,
      @Nullable @Size(max = 100) String callId) {

    /** Blanks around a name mean nothing. */
    public Reported {
      campaign = stripped(campaign);
      agent = stripped(agent);
      callId = stripped(callId);
    }

    private static @Nullable String stripped(@Nullable String name) {
      return name == null || name.isBlank() ? null : name.strip();
    }
  }

  /**
   * What was made of it.
   *
   * @param task of the call; that of the first report if it was there already
   * @param outcome null if it was there already
   */
  public record Taken(long task, @Nullable OutcomeView outcome) {}

  /**
   * Records the outcome, in a transaction of its own.
   *
   * @throws Problem 400 if the call cannot be told from others, 404 or 409 if its task cannot be
   *     found, 409 if its {@code callId} was a call to another party, and as {@link
   *     Outcomes#record}; the detail says what to do
   */
  @Retried
  public Taken take(Reported reported, String actor) {
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              long task = taskOf(reported);
              try (Connection connection = database.getConnection()) {
                byte[] key = key(reported, task);
                if (!isNew(connection, key)) {
                  return new Taken(taskOfEarlier(connection, key, task), null);
                }
                OutcomeView outcome =
                    outcomes.record(
                        task,
                        new OutcomeReport(
                            reported.disposition(),
                            reported.note(),
                            reported.reason(),
                            reported.callBackAt(),
                            // Made elsewhere, even if nobody says when.
                            reported.contactedAt() == null ? clock.now() : reported.contactedAt()),
                        reported.agent() == null ? actor : reported.agent(),
                        actor);
                remember(connection, key, outcome.id());
                return new Taken(task, outcome);
              }
            });
  }

  /** The task of the report that came before with this key: of the same party, or refused. */
  private static long taskOfEarlier(Connection connection, byte[] key, long task)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT t.id FROM outcome_report r JOIN outcome o ON o.id = r.outcome_id JOIN call_task"
                + " t ON t.id = o.call_task_id JOIN call_task n ON n.party_id = t.party_id WHERE"
                + " r.report_key = ? AND n.id = ?")) {
      select.setBytes(1, key);
      select.setLong(2, task);
      try (ResultSet row = select.executeQuery()) {
        if (row.next()) {
          return row.getLong(1);
        }
      }
    }
    throw Problem.conflict(
        "This callId was reported of another call, not of task "
            + task
            + " or another of its party: give each call an id of its own.");
  }

  /**
   * Finds the task of a report; one that was opened after the call is not meant.
   *
   * @throws Problem 400 if something in it is too long or missing, or it does not say which, 404 if
   *     there is none, 409 if it may be several parties'
   */
  public long taskOf(Reported reported) {
    requireValid(reported);
    if (reported.callId() == null && reported.contactedAt() == null) {
      throw Problem.badRequest(
          "Give callId or contactedAt: without both, an outcome that is sent again cannot be"
              + " recognised.");
    }
    Long task = reported.task();
    if (task != null) {
      return task;
    }
    String campaign = reported.campaign();
    if (campaign == null || (reported.customer() == null && reported.phone() == null)) {
      throw Problem.badRequest("Give task, or campaign with customer or phone.");
    }
    long party = party(reported);
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT t.id FROM call_task t JOIN campaign c ON c.id = t.campaign_id JOIN episode e ON"
                    + " e.id = t.episode_id WHERE t.party_id = ? AND c.name = ? AND e.opened_at <= ?"
                    + " ORDER BY t.state = 'pending' DESC, t.id DESC"
                    + " LIMIT 1")) {
      select.setLong(1, party);
      select.setString(2, campaign);
      SqlTime.set(select, 3, reported.contactedAt() == null ? clock.now() : reported.contactedAt());
      try (ResultSet row = select.executeQuery()) {
        if (row.next()) {
          return row.getLong(1);
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the task of a reported call cannot be read", failure);
    }
    throw Problem.notFound(
        "Campaign \""
            + campaign
            + "\" had no call task of this party when it was called; see holdfast campaign list for its name.");
  }

  private void requireValid(Reported reported) {
    Set<ConstraintViolation<Reported>> violations = validator.validate(reported);
    if (!violations.isEmpty()) {
      throw Problem.badRequest(
          violations.stream()
              .map(one -> one.getPropertyPath() + " " + one.getMessage())
              .sorted()
              .collect(Collectors.joining("; ", "", ".")));
    }
  }

  private long party(Reported reported) {
    String customer = reported.customer();
    if (customer != null) {
      try {
        Instant at = reported.contactedAt() == null ? clock.now() : reported.contactedAt();
        long id =
            customers
                .find(customer, at)
                .orElseThrow(() -> Problem.notFound("No customer is known as " + customer + "."));
        return customers.partiesOf(List.of(id)).values().stream()
            .findFirst()
            .orElseThrow(() -> Problem.notFound("No customer is known as " + customer + "."));
      } catch (IllegalArgumentException malformed) {
        throw Problem.badRequest(String.valueOf(malformed.getMessage()));
      }
    }
    String phone = reported.phone() == null ? "" : reported.phone();
    List<Long> parties =
        customers.ofNumber(phone).stream().map(Member::partyId).distinct().toList();
    if (parties.isEmpty()) {
      throw Problem.notFound("Nobody has the number that ends in " + end(phone) + ".");
    }
    if (parties.size() > 1) {
      throw Problem.conflict(
          "Several parties have the number that ends in "
              + end(phone)
              + ": give the task or the customer.");
    }
    return parties.get(0);
  }

  /** Enough to find it again; a whole number does not belong into a log. */
  private static String end(String phone) {
    return "…" + phone.substring(Math.max(0, phone.length() - 4));
  }

  private boolean isNew(Connection connection, byte[] key) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT IGNORE INTO outcome_report (report_key, outcome_id, taken_at) VALUES (?, 0,"
                + " ?)")) {
      insert.setBytes(1, key);
      SqlTime.set(insert, 2, clock.now());
      return insert.executeUpdate() > 0;
    }
  }

  private static void remember(Connection connection, byte[] key, long outcome)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE outcome_report SET outcome_id = ? WHERE report_key = ?")) {
      update.setLong(1, outcome);
      update.setBytes(2, key);
      update.executeUpdate();
    }
  }

  private static byte[] key(Reported reported, long task) {
    String what =
        reported.callId() != null
            ? "call\0" + reported.callId()
            : "report\0"
                + reported.contactedAt()
                + "\0"
                + reported.agent()
                + "\0"
                + reported.disposition().wireName();
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      if (reported.callId() == null) {
        sha.update(ByteBuffer.allocate(Long.BYTES).putLong(task).flip());
      }
      return Arrays.copyOf(sha.digest(what.getBytes(StandardCharsets.UTF_8)), KEY_BYTES);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
