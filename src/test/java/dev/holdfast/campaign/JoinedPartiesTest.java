package dev.holdfast.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.campaign.DeskTables.Person;
import dev.holdfast.customer.CustomerChange;
import dev.holdfast.customer.CustomerRecords;
import dev.holdfast.platform.BusinessClocks;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nobody becomes callable by joining another party. */
@QuarkusTest
class JoinedPartiesTest {

  /** A Wednesday, 16:00 in Shanghai. */
  private static final Instant NOW = Instant.parse("2026-03-11T08:00:00Z");

  private static final OutcomeReport REFUSED =
      new OutcomeReport(Disposition.REFUSED, null, null, null, null);

  @Inject DataSource database;
  @Inject BusinessClocks clocks;
  @Inject CustomerRecords records;
  @Inject Contactability contactability;
  @Inject DoNotContact doNotContact;
  @Inject Outcomes outcomes;
  @Inject CallQueue queue;
  @Inject ContactsOfPerson contacts;

  private DeskTables tables;
  private long campaign;
  private Person one;
  private Person other;

  @BeforeEach
  void twoWhoMayBeCalled() {
    clocks.fix(NOW);
    tables = new DeskTables(database);
    campaign = tables.campaign("joined-" + UUID.randomUUID(), NOW);
    one = tables.person(NOW);
    other = tables.person(NOW);
    assertThat(blocks(one)).isNull();
    assertThat(blocks(other)).isNull();
  }

  /** Others would find their customers in the campaign of a higher precedence. */
  @AfterEach
  void theCampaignsAreOver() throws SQLException {
    tables.change("UPDATE campaign SET state = 'ended' WHERE name LIKE 'joined-%'");
    tables.change("UPDATE campaign SET state = 'ended' WHERE name LIKE 'elsewhere-%'");
  }

  @Test
  void whoWantsNoContactIsNotCalledAsPartOfAnotherParty() throws SQLException {
    long waiting = tables.task(campaign, other, 0.8, NOW);
    doNotContact.forbidParty(one.partyId(), "said so", "test");

    join(one, other);

    assertThat(blocks(other)).isEqualTo(PolicyRule.DO_NOT_CONTACT);
    assertThat(finish(waiting)).isEqualTo("do-not-contact");
    tables.change("DELETE FROM do_not_contact WHERE party_id = " + other.partyId());
    assertThat(blocks(other)).as("consent was withdrawn too").isEqualTo(PolicyRule.CONSENT);
  }

  @Test
  void whoJoinsAPartyThatWantsNoContactIsNotCalledByACallThatWaits() throws SQLException {
    long waiting = tables.task(campaign, one, 0.8, NOW);
    doNotContact.forbidParty(other.partyId(), "said so", "test");

    join(one, other);

    assertThat(finish(waiting)).isEqualTo("do-not-contact");
  }

  @Test
  void aWishThatComesWithTheJoinIsHeard() throws SQLException {
    long waiting = tables.task(campaign, one, 0.8, NOW);
    join(one, other);
    assertThat(blocks(other)).isNull();
    assertThat(finish(waiting)).isNull();

    doNotContact.forbidParty(one.partyId(), "read before the join", "test");

    assertThat(blocks(other)).isEqualTo(PolicyRule.DO_NOT_CONTACT);
    assertThat(finish(waiting)).isEqualTo("do-not-contact");
  }

  @Test
  void aRefusalIsTakenAlongUnlessItWasTakenBack() throws SQLException {
    consent(one, "*", false);
    consent(one, "*", true);
    Person third = tables.person(NOW);
    consent(third, "phone", false);

    join(one, other);
    assertThat(blocks(other)).as("granted again before the join").isNull();
    join(third, other);

    assertThat(blocks(other)).isEqualTo(PolicyRule.CONSENT);
  }

  @Test
  void theRestAfterACallIsTakenAlong() throws SQLException {
    outcomes.record(tables.task(campaign, one, 0.8, NOW), REFUSED, "test");
    assertThat(blocks(one)).isEqualTo(PolicyRule.COOL_DOWN);

    join(one, other);

    assertThat(blocks(other)).isEqualTo(PolicyRule.COOL_DOWN);
    assertThat(
            tables.number(
                "SELECT COUNT(*) FROM episode WHERE party_id = "
                    + other.partyId()
                    + " AND customer_id = "
                    + one.customerId()))
        .as("and so is that after an episode")
        .isEqualTo(1);
  }

  @Test
  void whoWasCalledAsPartOfAPartyIsNotCalledTooEarlyOnEitherSideOfTheParting() throws SQLException {
    Person stays = tables.person(NOW);
    join(stays, one);
    for (int days : new int[] {60, 50, 40}) {
      attempt(days == 50 ? stays : one, days);
    }
    assertThat(blocks(one)).isEqualTo(PolicyRule.CAP);

    join(one, other);

    assertThat(blocks(one)).as("those who stay").isEqualTo(PolicyRule.CAP);
    assertThat(blocks(other)).as("where it goes").isEqualTo(PolicyRule.CAP);
    clocks.fix(NOW.plus(Duration.ofDays(31)));
    assertThat(blocks(one)).as("the oldest left the window").isNull();
    assertThat(blocks(other)).isNull();
  }

  @Test
  void whoeverComesBackOrGoesOnTakesItsAttemptsAlongAndEachCountsOnce() throws SQLException {
    Person stays = tables.person(NOW);
    join(stays, one);
    attempt(one, 60);
    attempt(stays, 50);

    join(one, other);
    join(other, stays);
    join(one, stays);

    assertThat(blocks(one)).as("two attempts, however often they were shared").isNull();
    Person third = tables.person(NOW);
    join(stays, third);
    attempt(third, 40);
    assertThat(blocks(third)).isEqualTo(PolicyRule.CAP);
    assertThat(blocks(one)).as("what comes after the parting is of one side").isNull();
  }

  @Test
  void whatCountsForThoseWhoStayIsNotErasedWithTheOther() throws SQLException {
    Person stays = tables.person(NOW);
    join(stays, one);
    for (int days : new int[] {60, 50, 40}) {
      attempt(one, days);
    }
    join(one, other);

    dev.holdfast.customer.Person gone =
        new dev.holdfast.customer.Person(
            Set.of(one.customerId(), other.customerId()), Set.of(other.partyId()));
    QuarkusTransaction.requiringNew()
        .call(
            () -> {
              try (Connection connection = database.getConnection()) {
                contacts.erase(connection, gone);
              }
              return null;
            });

    assertThat(blocks(one)).isEqualTo(PolicyRule.CAP);
    assertThat(blocks(other)).isNull();
  }

  @Test
  void ofAPartyThatGoesOnTheWishHoldsForBoth() throws SQLException {
    Person stays = tables.person(NOW);
    join(stays, one);
    doNotContact.forbidParty(one.partyId(), "said so", "test");

    join(one, other);

    assertThat(blocks(one)).isEqualTo(PolicyRule.DO_NOT_CONTACT);
    assertThat(blocks(other)).isEqualTo(PolicyRule.DO_NOT_CONTACT);
  }

  @Test
  void theLotOfThePartyThatIsJoinedStands() throws SQLException {
    long held = tables.task(campaign, other, 0.8, NOW);
    tables.change("UPDATE episode SET arm = 'hold-out' WHERE party_id = " + other.partyId());
    tables.change("DELETE FROM call_task WHERE id = " + held);
    long waiting = tables.task(campaign, one, 0.8, NOW);
    long elsewhere = tables.campaign("elsewhere-" + UUID.randomUUID(), NOW);
    tables.change("UPDATE campaign SET precedence = 5 WHERE id = " + elsewhere);
    long higher = tables.task(elsewhere, one, 0.8, NOW);

    join(one, other);

    assertThat(finish(waiting)).as("held out by lot").isEqualTo("party-joined");
    assertThat(finish(higher)).as("nothing speaks against it").isNull();
    assertThat(
            tables.number(
                "SELECT COUNT(*) FROM episode WHERE party_id = "
                    + other.partyId()
                    + " AND open_marker = 1"))
        .as("it goes before, so the episode of the one that was joined is over")
        .isEqualTo(1);
  }

  @Test
  void aCallInHandKeepsEverybodyElseFromThePartyThatIsJoined() throws SQLException {
    long task = tables.task(campaign, one, 0.8, NOW);
    tables.change(
        "INSERT INTO desk_claim (call_task_id, party_id, agent, claimed_at, lease_until,"
            + " exploration, propensity, open_marker) VALUES ("
            + task
            + ", "
            + one.partyId()
            + ", 'anna', '2026-03-11', '2036-03-11', FALSE, 1, 1)");

    join(one, other);

    assertThat(
            tables.number(
                "SELECT COUNT(*) FROM desk_claim WHERE open_marker = 1 AND party_id = "
                    + other.partyId()))
        .isEqualTo(1);
    assertThat(
            tables.number(
                "SELECT COUNT(*) FROM call_task WHERE id = "
                    + task
                    + " AND party_id = "
                    + other.partyId()))
        .isEqualTo(1);
    tables.change("UPDATE desk_claim SET open_marker = NULL WHERE call_task_id = " + task);
  }

  /** A call about somebody to the party in which {@code one} and those who joined it are. */
  private void attempt(Person about, int daysAgo) throws SQLException {
    long task = tables.task(tables.campaign("joined-" + UUID.randomUUID(), NOW), about, 0.8, NOW);
    tables.change(
        "UPDATE episode SET open_marker = NULL WHERE customer_id = " + about.customerId());
    tables.change("UPDATE call_task SET state = 'done' WHERE id = " + task);
    tables.change(
        "INSERT INTO contact_attempt (party_id, call_task_id, channel, at, actor) SELECT party_id, "
            + task
            + ", 'phone', '2026-03-11 08:00:00' - INTERVAL "
            + daysAgo
            + " DAY, 'anna' FROM customer WHERE id = "
            + about.customerId());
  }

  private void join(Person who, Person whom) {
    records.change(
        who.name(),
        new CustomerChange(whom.name(), null, null, null, null, null),
        CustomerRecords.Absent.KEPT,
        null,
        "test");
  }

  /** The strongest rule that forbids a call to the party as it was before it was joined. */
  private @Nullable PolicyRule blocks(Person person) {
    PolicyDecision decision = contactability.byPhone(person.partyId()).decision();
    return decision.allowed() ? null : decision.strongestBlock().rule();
  }

  private void consent(Person person, String channel, boolean granted) throws SQLException {
    tables.change(
        "INSERT INTO consent (party_id, channel, purpose, granted, since, origin) VALUES ("
            + person.partyId()
            + ", '"
            + channel
            + "', 'retention', "
            + granted
            + ", '2026-03-01', 'test')");
  }

  /** Why the call of a task is over; null while it waits. */
  private @Nullable String finish(long task) {
    return queue.find(task).orElseThrow().finishReason();
  }
}
