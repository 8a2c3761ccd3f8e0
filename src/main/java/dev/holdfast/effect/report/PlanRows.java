package dev.holdfast.effect.report;

import dev.holdfast.effect.ArmCount;
import dev.holdfast.effect.Difference;
import dev.holdfast.effect.Plan;
import dev.holdfast.evaluation.Interval;
import dev.holdfast.platform.SqlTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;

/** Plans of runs and what was read when they were reached; each is written once. */
@ApplicationScoped
class PlanRows {

  /** A plan, and when it was fixed. */
  record FixedPlan(Plan plan, Instant fixedAt) {}

  /** The effect by the plan, and when it was read. */
  record Reading(Difference difference, Instant readAt) {}

  private final DataSource database;

  PlanRows(DataSource database) {
    this.database = database;
  }

  Optional<FixedPlan> plan(long campaignId, int run) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT base_churn, smallest_effect, treatment_share, fixed_at FROM effect_plan"
                    + " WHERE campaign_id = ? AND run = ?")) {
      select.setLong(1, campaignId);
      select.setInt(2, run);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new FixedPlan(
                    new Plan(
                        row.getDouble("base_churn"),
                        row.getDouble("smallest_effect"),
                        row.getDouble("treatment_share")),
                    SqlTime.required(row, "fixed_at")))
            : Optional.empty();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the plan of a campaign's effect", failure);
    }
  }

  /** Fixes a plan unless somebody did; the one that holds is the one to be read afterwards. */
  void fix(long campaignId, int run, FixedPlan fixed) {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT IGNORE INTO effect_plan (campaign_id, run, base_churn, smallest_effect,"
                    + " treatment_share, fixed_at) VALUES (?,?,?,?,?,?)")) {
      insert.setLong(1, campaignId);
      insert.setInt(2, run);
      insert.setDouble(3, fixed.plan().baseChurn());
      insert.setDouble(4, fixed.plan().smallestEffect());
      insert.setDouble(5, fixed.plan().treatmentShare());
      SqlTime.set(insert, 6, fixed.fixedAt());
      insert.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot fix the plan of a campaign's effect", failure);
    }
  }

  Optional<Reading> reading(long campaignId, int run) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT treated, treated_churned, held_out, held_out_churned, effect, low, high,"
                    + " error, p, method, read_at FROM effect_reading"
                    + " WHERE campaign_id = ? AND run = ?")) {
      select.setLong(1, campaignId);
      select.setInt(2, run);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Reading(
                    new Difference(
                        new ArmCount(row.getInt("treated"), row.getInt("treated_churned")),
                        new ArmCount(row.getInt("held_out"), row.getInt("held_out_churned")),
                        new Interval(
                            row.getDouble("effect"), row.getDouble("low"), row.getDouble("high")),
                        row.getDouble("error"),
                        row.getDouble("p"),
                        Difference.Method.valueOf(row.getString("method"))),
                    SqlTime.required(row, "read_at")))
            : Optional.empty();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read what a plan's reading was", failure);
    }
  }

  /** Keeps a reading unless there is one; the one that holds is the one to be read afterwards. */
  void keep(long campaignId, int run, Reading reading) {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT IGNORE INTO effect_reading (campaign_id, run, treated, treated_churned,"
                    + " held_out, held_out_churned, effect, low, high, error, p, method, read_at)"
                    + " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)")) {
      Difference read = reading.difference();
      insert.setLong(1, campaignId);
      insert.setInt(2, run);
      insert.setInt(3, read.treated().parties());
      insert.setInt(4, read.treated().churned());
      insert.setInt(5, read.heldOut().parties());
      insert.setInt(6, read.heldOut().churned());
      insert.setDouble(7, read.effect().value());
      insert.setDouble(8, read.effect().low());
      insert.setDouble(9, read.effect().high());
      insert.setDouble(10, read.error());
      insert.setDouble(11, read.p());
      insert.setString(12, read.method().name());
      SqlTime.set(insert, 13, reading.readAt());
      insert.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot keep what was read of a campaign", failure);
    }
  }
}
