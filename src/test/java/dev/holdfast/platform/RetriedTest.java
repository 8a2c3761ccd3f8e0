package dev.holdfast.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RetriedTest {

  @Inject DataSource database;
  @Inject Work work;

  /** A call that is one transaction, as those of a resource are. */
  @Retried
  @ApplicationScoped
  static class Work {

    private final DataSource database;
    private final AtomicInteger tries = new AtomicInteger();

    Work(DataSource database) {
      this.database = database;
    }

    AtomicInteger tries() {
      return tries;
    }

    @Transactional
    void raise(int first, int second, CountDownLatch bothHoldOne) throws Exception {
      tries.incrementAndGet();
      raise(first);
      bothHoldOne.countDown();
      assertThat(bothHoldOne.await(30, TimeUnit.SECONDS)).isTrue();
      raise(second);
    }

    @Transactional
    void refused() {
      tries.incrementAndGet();
      throw new IllegalStateException("no conflict", new SQLException("too long", "22001", 1406));
    }

    @Transactional
    void neverFree() {
      tries.incrementAndGet();
      throw new IllegalStateException("locked", new SQLException("lock wait", "HY000", 1205));
    }

    private void raise(int row) throws SQLException {
      try (Connection connection = database.getConnection();
          Statement statement = connection.createStatement()) {
        statement.executeUpdate("UPDATE retried SET raised = raised + 1 WHERE id = " + row);
      }
    }
  }

  @BeforeEach
  void twoRows() throws SQLException {
    execute("CREATE TABLE retried (id INT PRIMARY KEY, raised INT NOT NULL)");
    execute("INSERT INTO retried VALUES (1, 0), (2, 0)");
    work.tries().set(0);
  }

  @AfterEach
  void none() throws SQLException {
    execute("DROP TABLE retried");
  }

  @Test
  void aDeadlockIsNotTheCallersBusiness() throws SQLException {
    CountDownLatch bothHoldOne = new CountDownLatch(2);
    List<CompletableFuture<Void>> calls = new ArrayList<>();
    for (int first = 1; first <= 2; first++) {
      int one = first;
      calls.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  work.raise(one, 3 - one, bothHoldOne);
                } catch (Exception failure) {
                  throw new IllegalStateException(failure);
                }
              }));
    }

    assertThat(CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)))
        .succeedsWithin(Duration.ofSeconds(60));

    assertThat(work.tries()).as("one gave way and began anew").hasValue(3);
    assertThat(raised()).as("nothing half, nothing twice").containsExactly(2, 2);
  }

  @Test
  void whatWouldFailAgainIsNotRepeatedAndWhatNeverEndsIsGivenUp() {
    assertThatThrownBy(work::refused).hasMessage("no conflict");
    assertThat(work.tries()).hasValue(1);

    assertThatThrownBy(work::neverFree).hasMessage("locked");
    assertThat(work.tries()).hasValue(6);
  }

  private List<Integer> raised() throws SQLException {
    List<Integer> raised = new ArrayList<>();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT raised FROM retried ORDER BY id")) {
      while (row.next()) {
        raised.add(row.getInt(1));
      }
    }
    return raised;
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
