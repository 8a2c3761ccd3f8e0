package dev.holdfast.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.platform.SqlTime;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the ledger on the real database makes of labels. */
@QuarkusTest
class StoreExposuresTest {

  private static final long CAMPAIGN = 999_998;
  private static final Instant FROM = Instant.parse("2025-06-01T00:00:00Z");
  private static final Instant TO = FROM.plus(Duration.ofDays(30));

  @Inject DataSource database;
  @Inject dev.holdfast.campaign.Exposures ledger;

  @Test
  void treatedRowsAreOutAndHoldOutsStandForThoseLikeThem() throws SQLException {
    long treated = customer(party());
    long heldOut = customer(party());
    long oftenHeldOut = customer(party());
    long heldOutOfTwo = customer(party());
    long never = customer(party());
    long before = customer(party());
    long openBefore = customer(party());
    long sharedParty = party();
    long called = customer(sharedParty);
    long sibling = customer(sharedParty);
    Instant inside = FROM.plus(Duration.ofDays(3));
    decide(treated, "treatment", inside, null);
    decide(heldOut, "hold-out", inside, null);
    decide(oftenHeldOut, "hold-out", inside, inside.plusSeconds(60));
    decide(oftenHeldOut, "hold-out", inside.plusSeconds(3_600), null);
    decide(heldOutOfTwo, "hold-out", inside, null);
    decide(heldOutOfTwo, "hold-out", inside, null, CAMPAIGN + 1);
    decide(before, "treatment", FROM.minus(Duration.ofDays(9)), FROM.minus(Duration.ofDays(5)));
    decide(openBefore, "treatment", FROM.minus(Duration.ofDays(9)), inside);
    decide(called, "treatment", inside, null);

    StoreExposures exposures = new StoreExposures(ledger.all());

    assertThat(exposures.weight(treated, FROM, TO)).isZero();
    assertThat(exposures.weight(heldOut, FROM, TO)).isCloseTo(5, within(1e-12));
    assertThat(exposures.weight(oftenHeldOut, FROM, TO)).as("one lot").isCloseTo(5, within(1e-12));
    assertThat(exposures.weight(heldOutOfTwo, FROM, TO)).as("25, and no more than").isEqualTo(10);
    assertThat(exposures.weight(never, FROM, TO)).isEqualTo(1);
    assertThat(exposures.weight(before, FROM, TO)).isEqualTo(1);
    assertThat(exposures.weight(openBefore, FROM, TO)).isZero();
    assertThat(exposures.weight(sibling, FROM, TO)).as("of the party that was called").isZero();
    assertThat(exposures.weight(treated, TO, TO.plus(Duration.ofDays(30))))
        .as("the episode is still open")
        .isZero();
    assertThat(exposures.weight(treated, FROM.minus(Duration.ofDays(60)), FROM)).isEqualTo(1);
    assertThat(exposures.of(heldOut))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.from()).isEqualTo(inside);
              assertThat(one.treated()).isFalse();
              assertThat(one.treatmentShare()).isEqualTo(0.8);
            });
  }

  private long party() throws SQLException {
    return inserted("INSERT INTO party (created_at) VALUES ('2025-01-01') RETURNING id");
  }

  private long customer(long party) throws SQLException {
    return inserted(
        "INSERT INTO customer (party_id, created_at) VALUES ("
            + party
            + ", '2025-01-01') RETURNING id");
  }

  private long inserted(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert = connection.prepareStatement(sql);
        ResultSet row = insert.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private void decide(long customer, String arm, Instant at, @Nullable Instant closed)
      throws SQLException {
    decide(customer, arm, at, closed, CAMPAIGN);
  }

  /** An episode of a campaign that treats four of five. */
  private void decide(
      long customer, String arm, Instant at, @Nullable Instant closed, long campaign)
      throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement episode =
            connection.prepareStatement(
                "INSERT INTO episode (campaign_id, run, party_id, customer_id, cause, risk,"
                    + " model_id, arm, opened_at, closed_at) SELECT ?, 1, party_id, id,"
                    + " 'crossing', 0.5, 1, ?, ?, ? FROM customer WHERE id = ? RETURNING id");
        PreparedStatement entry =
            connection.prepareStatement(
                "INSERT INTO ledger (episode_id, campaign_id, run, party_id, customer_id, arm,"
                    + " treatment_share, assigned_at) SELECT id, campaign_id, run, party_id,"
                    + " customer_id, arm, 0.8, opened_at FROM episode WHERE id = ?")) {
      episode.setLong(1, campaign);
      episode.setString(2, arm);
      SqlTime.set(episode, 3, at);
      SqlTime.set(episode, 4, closed);
      episode.setLong(5, customer);
      try (ResultSet row = episode.executeQuery()) {
        row.next();
        entry.setLong(1, row.getLong(1));
      }
      entry.executeUpdate();
    }
  }
}
