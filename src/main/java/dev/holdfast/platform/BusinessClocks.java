package dev.holdfast.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import java.time.Instant;
import javax.sql.DataSource;

/**
 * Sets the business clock of the deployment. Other processes follow within a second. The caller
 * audits the change.
 */
@ApplicationScoped
public class BusinessClocks {

  private final DataSource database;
  private final SystemClock system;
  private final StoredBusinessClock clock;

  BusinessClocks(DataSource database, SystemClock system, StoredBusinessClock clock) {
    this.database = database;
    this.system = system;
    this.clock = clock;
  }

  /** The parameters in force. */
  public ClockSetting setting() {
    return clock.setting();
  }

  /** Business time stands still at {@code instant}. */
  @Transactional
  public void fix(Instant instant) {
    write(new ClockSetting(ClockSetting.Mode.FIXED, instant, system.now(), 1));
  }

  /**
   * Business time runs on from {@code from}, {@code rate} business seconds per second.
   *
   * @param rate in (0, 1,000,000]
   * @throws IllegalArgumentException if the rate is out of range
   */
  @Transactional
  public void accelerate(Instant from, double rate) {
    write(new ClockSetting(ClockSetting.Mode.ACCELERATED, from, system.now(), rate));
  }

  /** Business time is machine time. */
  @Transactional
  public void real() {
    write(ClockSetting.REAL);
  }

  private void write(ClockSetting setting) {
    try (var connection = database.getConnection();
        var update =
            connection.prepareStatement(
                "UPDATE business_clock SET mode = ?, business_anchor = ?, system_anchor = ?,"
                    + " rate = ? WHERE id = 1")) {
      update.setString(1, setting.mode().wireName());
      update.setObject(2, SqlTime.of(setting.businessAnchor()));
      update.setObject(3, SqlTime.of(setting.systemAnchor()));
      update.setDouble(4, setting.rate());
      update.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("the business clock cannot be set", e);
    }
    clock.know(setting);
  }
}
