package dev.holdfast.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKey;
import dev.holdfast.event.EventKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The histories in the table {@code event}, read by a streaming cursor in its clustered order: one
 * customer at a time in memory.
 */
public final class StoreHistories implements HistorySource {

  private static final int ROWS_FETCHED = 5_000;
  private static final EventKind[] KINDS = EventKind.values();
  private static final TypeReference<Map<String, Object>> PROPERTIES = new TypeReference<>() {};

  private final DataSource dataSource;
  private final ObjectMapper json = new ObjectMapper();

  /** Reads through connections of {@code dataSource}, one per pass. */
  public StoreHistories(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  private record Stored(Event event, EventKey key) {}

  @Override
  public void forEach(Consumer<CustomerHistory> consumer) {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT e.customer_id, e.event_key, s.name, e.kind, e.name, e.occurred_at,"
                    + " e.available_at, e.flags, e.event_count, e.amount, e.currency, e.channel,"
                    + " e.properties FROM event e JOIN source s ON s.id = e.source_id"
                    + " ORDER BY e.customer_id, e.event_key",
                ResultSet.TYPE_FORWARD_ONLY,
                ResultSet.CONCUR_READ_ONLY)) {
      select.setFetchSize(ROWS_FETCHED);
      try (ResultSet rows = select.executeQuery()) {
        long customer = 0;
        List<Stored> events = new ArrayList<>();
        while (rows.next()) {
          long next = rows.getLong(1);
          if (next != customer && !events.isEmpty()) {
            consumer.accept(history(customer, events));
            events.clear();
          }
          customer = next;
          events.add(event(rows));
        }
        if (!events.isEmpty()) {
          consumer.accept(history(customer, events));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the stored events could not be read", e);
    }
  }

  private static CustomerHistory history(long customer, List<Stored> events) {
    return new CustomerHistory(customer, events.stream().map(Stored::event).toList());
  }
}
