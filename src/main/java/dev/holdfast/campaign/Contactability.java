package dev.holdfast.campaign;

import dev.holdfast.calendar.Calendars;
import dev.holdfast.campaign.ContactFacts.Attempt;
import dev.holdfast.customer.ContactCard;
import dev.holdfast.customer.Customers;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Jdbc;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Whether parties may be called now, by the contact policy in force. Read anew at each question, so
 * that whoever holds the party's lock decides by what is committed.
 */
@ApplicationScoped
public class Contactability {

  /** The longest cap and rest that a policy can have. */
  private static final Duration LOOKED_BACK = Duration.ofDays(3_650);

  private final DataSource database;
  private final Customers customers;
  private final ContactPolicies policies;
  private final DoNotContact doNotContact;
  private final Calendars calendars;
  private final BusinessClock clock;

  Contactability(
      DataSource database,
      Customers customers,
      ContactPolicies policies,
      DoNotContact doNotContact,
      Calendars calendars,
      BusinessClock clock) {
    this.database = database;
    this.customers = customers;
    this.policies = policies;
    this.doNotContact = doNotContact;
    this.calendars = calendars;
    this.clock = clock;
  }

  /**
   * What holds for one party.
   *
   * @param card how it may be reached
   * @param decision of the policy, now
   * @param endOfList until when a contact belongs on a list that is made now: a block that ends
   *     before leaves the party on it
   * @param policy version of the policy
   */
  public record Answer(ContactCard card, PolicyDecision decision, Instant endOfList, long policy) {

    /** True if the party may be called now or later on today's list. */
    boolean today() {
      return decision.allowed()
          || decision.opensAt().filter(opens -> opens.isBefore(endOfList)).isPresent();
    }
  }

  /** As {@link #byPhone(Collection)}, for one party; it must exist. */
  public Answer byPhone(long partyId) {
    Answer answer = byPhone(List.of(partyId)).get(partyId);
    if (answer == null) {
      throw new IllegalArgumentException("there is no party " + partyId);
    }
    return answer;
  }

  /** Whether these parties may be called now for retention; unknown parties are left out. */
  public Map<Long, Answer> byPhone(Collection<Long> partyIds) {
    ContactPolicies.Version version = policies.inForce();
    ContactRules rules = new ContactRules(version.policy(), calendars.inForce());
    Instant now = clock.now();
    Map<Long, ContactCard> cards =
        customers.contactCards(partyIds, version.policy().blockingFields().keySet());
    Map<Long, List<String>> numbers = new HashMap<>();
    cards.forEach((party, card) -> numbers.put(party, card.phones()));
    Map<Long, String> forbidden = doNotContact.reasons(partyIds, numbers);
    Map<Long, Past> pasts = pasts(partyIds, now.minus(LOOKED_BACK));
    Map<Long, Answer> answers = new HashMap<>();
    cards.forEach(
        (party, card) -> {
          Past past = pasts.getOrDefault(party, Past.NONE);
          ContactFacts facts =
              new ContactFacts(
                  ContactFacts.PHONE,
                  card.zone(),
                  !card.phones().isEmpty(),
                  card.consent(),
                  card.refused(),
                  forbidden.get(party),
                  card.marks(),
                  past.attempts(),
                  past.promisedAt());
          answers.put(
              party,
              new Answer(
                  card, rules.decide(facts, now), rules.endOfList(facts, now), version.number()));
        });
    return answers;
  }

  private record Past(List<Attempt> attempts, @Nullable Instant promisedAt) {
    static final Past NONE = new Past(List.of(), null);
  }

  /** An attempt, and the time that the party asked for then. */
  private record Made(long id, Attempt attempt, @Nullable Instant promised) {
    static final Comparator<Made> IN_ORDER =
        Comparator.comparing((Made one) -> one.attempt().at()).thenComparingLong(Made::id);
  }

  /**
   * Attempts with what came of each, and the time that the party asked for at the last one. Those
   * that went to another party and count for this one too are among them, once.
   */
  private Map<Long, Past> pasts(Collection<Long> partyIds, Instant since) {
    Map<Long, Past> pasts = new HashMap<>();
    made(partyIds, since)
        .forEach(
            (party, made) -> {
              // Here and not there: the server would build a table of both parts to order them.
              made.sort(Made.IN_ORDER);
              pasts.put(
                  party,
                  new Past(
                      made.stream().map(Made::attempt).toList(),
                      made.get(made.size() - 1).promised()));
            });
    return pasts;
  }

  private Map<Long, List<Made>> made(Collection<Long> partyIds, Instant since) {
    Map<Long, List<Made>> made = new HashMap<>();
    String outcome = " AND NOT EXISTS (SELECT 1 FROM outcome s WHERE s.supersedes = o.id) WHERE ";
    try (Connection connection = database.getConnection()) {
      Jdbc.read(
          connection,
          "SELECT a.party_id, a.at, a.channel, o.disposition, o.call_back_at, a.id AS attempt_id"
              + " FROM contact_attempt a LEFT JOIN outcome o ON o.attempt_id = a.id"
              + outcome
              + "a.party_id IN (:ids) UNION ALL SELECT c.party_id, c.at, c.channel, o.disposition,"
              + " o.call_back_at, c.attempt_id FROM attempt_shared c LEFT JOIN outcome o ON"
              + " o.attempt_id = c.attempt_id"
              + outcome
              + "c.party_id IN (:ids) AND NOT EXISTS (SELECT 1 FROM contact_attempt w WHERE w.id ="
              + " c.attempt_id AND w.party_id = c.party_id)",
          partyIds,
          row -> {
            Instant at = SqlTime.required(row, "at");
            if (at.isAfter(since)) {
              String word = row.getString("disposition");
              Disposition came = word == null ? null : Disposition.of(word);
              made.computeIfAbsent(row.getLong("party_id"), party -> new ArrayList<>())
                  .add(
                      new Made(
                          row.getLong("attempt_id"),
                          new Attempt(at, row.getString("channel"), came),
                          came == Disposition.CALL_BACK
                              ? SqlTime.read(row, "call_back_at")
                              : null));
            }
          });
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the attempts to reach parties", failure);
    }
    return made;
  }
}
