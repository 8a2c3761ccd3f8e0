package dev.holdfast.customer;

import dev.holdfast.event.CustomerName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What names meant lately. Bounded; the least recently used goes first. An entry lives for a
 * minute, because another process may give a name to somebody else.
 */
final class IdentifierCache {

  private static final int MAX_ENTRIES = 200_000;
  private static final long LIFE_NANOS = Duration.ofMinutes(1).toNanos();

  private record Known(List<Identifier> windows, long bornNanos) {}

  private final Map<CustomerName, Known> entries =
      new LinkedHashMap<>(1024, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<CustomerName, Known> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  synchronized @Nullable List<Identifier> get(CustomerName name) {
    Known entry = entries.get(name);
    if (entry == null) {
      return null;
    }
    if (System.nanoTime() - entry.bornNanos() > LIFE_NANOS) {
      entries.remove(name);
      return null;
    }
    return entry.windows();
  }

  synchronized void put(CustomerName name, List<Identifier> windows) {
    entries.put(name, new Known(List.copyOf(windows), System.nanoTime()));
  }

  synchronized void remove(CustomerName name) {
    entries.remove(name);
  }
}
