package dev.holdfast.platform;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The business clock by the row in {@code business_clock}, read at most once a second. */
@ApplicationScoped
class StoredBusinessClock implements BusinessClock {

  private static final Logger LOG = Logger.getLogger(StoredBusinessClock.class);
  private static final long REREAD_NANOS = 1_000_000_000L;

  private final DataSource database;
  private final SystemClock system;
  private final ReentrantLock reading = new ReentrantLock();
  private final AtomicLong readAt = new AtomicLong();
  private volatile @Nullable ClockSetting known;

  StoredBusinessClock(DataSource database, SystemClock system) {
    this.database = database;
    this.system = system;
  }

  @Override
  public Instant now() {
    return setting().at(system.now());
  }

  @Override
  public Instant at(Instant systemInstant) {
    return setting().at(systemInstant);
  }

  /** The parameters in force. */
  ClockSetting setting() {
    ClockSetting setting = known;
    if (setting != null && System.nanoTime() - readAt.get() < REREAD_NANOS) {
      return setting;
    }
    // One thread re-reads; the others go on with what is known, if anything is.
    if (setting != null && !reading.tryLock()) {
      return setting;
    }
    if (setting == null) {
      reading.lock();
    }
    try {
      ClockSetting fresh = read(known);
      known = fresh;
      readAt.set(System.nanoTime());
      return fresh;
    } finally {
      reading.unlock();
    }
  }

  void know(ClockSetting setting) {
    known = setting;
    readAt.set(System.nanoTime());
  }

  private ClockSetting read(@Nullable ClockSetting fallback) {
    try (var connection = database.getConnection();
        var select =
            connection.prepareStatement(
                "SELECT mode, business_anchor, system_anchor, rate FROM business_clock"
                    + " WHERE id = 1");
        var row = select.executeQuery()) {
      if (!row.next()) {
        throw new IllegalStateException("the table business_clock has no row");
      }
      return new ClockSetting(
          ClockSetting.Mode.valueOf(row.getString("mode").toUpperCase(Locale.ROOT)),
          SqlTime.read(row, "business_anchor"),
          SqlTime.read(row, "system_anchor"),
          row.getDouble("rate"));
    } catch (SQLException e) {
      if (fallback == null) {
        throw new IllegalStateException("the business clock cannot be read", e);
      }
      // A stall of the database must not stop time; the parameters hardly ever change.
      LOG.warnf("The business clock could not be re-read: %s", e.getMessage());
      return fallback;
    }
  }
}
