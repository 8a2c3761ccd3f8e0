package dev.holdfast.campaign;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.customer.ProfilesOnTheirOwn;
import dev.holdfast.platform.embedded.DataFolder;
import dev.holdfast.platform.embedded.EmbeddedMariaDb;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.mariadb.jdbc.MariaDbDataSource;

/** The look of each day for those whose date is near, beside many profiles. */
public final class DatesBench {

  private static final LocalDate TODAY = LocalDate.parse("2026-03-02");
  private static final int TIMES = 7;

  private DatesBench() {}

  /**
   * Prints the table.
   *
   * @param customers each with a profile of ten fields; seven of ten have a date within two years
   */
  public static void run(int customers) throws Exception {
    Path path = Files.createTempDirectory("holdfast-bench");
    try (DataFolder folder = DataFolder.tryOwn(path).orElseThrow();
        EmbeddedMariaDb server =
            EmbeddedMariaDb.start(
                folder, EmbeddedMariaDb.Size.ofThisMachine(), System.err::println)) {
      MariaDbDataSource database =
          new MariaDbDataSource("jdbc:mariadb://127.0.0.1:" + server.port() + "/holdfast");
      database.setUser(EmbeddedMariaDb.USER);
      database.setPassword(server.password());
      Flyway.configure().dataSource(database).load().migrate();
      people(database, customers);
      ProfileDates dates =
          new ProfileDates(database, ProfilesOnTheirOwn.of(database, new ObjectMapper()));
      System.out.println(
          "| who is near, beside " + customers + " profiles | found | first, s | median, s |");
      System.out.println("|---|---|---|---|");
      measure(dates, "45 days before a date that seven of ten have", "contract_end", 45);
      measure(dates, "on the day itself", "contract_end", 0);
      measure(dates, "a date that nobody has", "trial_end", 45);
    } finally {
      try (Stream<Path> files = Files.walk(path)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static void people(MariaDbDataSource database, int customers) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql :
          List.of(
              "INSERT INTO party (id, zone, created_at) SELECT seq, 'Asia/Shanghai',"
                  + " '2026-01-01' FROM seq_1_to_"
                  + customers,
              "INSERT INTO customer (id, party_id, profile, created_at) SELECT seq, seq,"
                  + " CONCAT('{\"city\":\"Shenzhen\",', IF(seq % 10 < 7,"
                  + " CONCAT('\"contract_end\":\"', DATE('2026-01-01') + INTERVAL CRC32(seq) % 730"
                  + " DAY, '\",'), ''), '\"device\":\"phone ', seq % 90, '\",\"fee\":', seq % 120,"
                  + " ',\"language\":\"zh\",\"months\":', seq % 80, ',\"name\":\"Customer ', seq,"
                  + " '\",\"plan\":\"', IF(seq % 4 = 0, 'gold', 'basic'),"
                  + " '\",\"region\":\"south\",\"vulnerable\":false}'), '2026-01-01' FROM seq_1_to_"
                  + customers,
              "ANALYZE TABLE party, customer, episode, campaign")) {
        statement.execute(sql);
      }
    }
  }

  private static void measure(ProfileDates dates, String what, String field, int daysBefore) {
    Campaign campaign = new Campaign();
    campaign.id = 1L;
    campaign.coolDownDays = 30;
    campaign.salt = new byte[16];
    StartEvent start = new StartEvent(null, null, null, null, null, field, daysBefore);
    double[] took = new double[TIMES];
    int found = 0;
    for (int i = 0; i < TIMES; i++) {
      long begun = System.nanoTime();
      found = dates.near(campaign, start, TODAY).size();
      took[i] = (System.nanoTime() - begun) / 1e9;
    }
    double[] next = Arrays.copyOfRange(took, 1, TIMES);
    Arrays.sort(next);
    System.out.printf(
        Locale.ROOT, "| %s | %,d | %.1f | %.1f |%n", what, found, took[0], next[next.length / 2]);
  }
}
