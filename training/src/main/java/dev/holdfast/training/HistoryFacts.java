package dev.holdfast.training;

import dev.holdfast.event.Event;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a history is made of, seen in one pass before anything is learnt from it.
 *
 * @param customers with at least one event
 * @param events all
 * @param first when the first happened
 * @param last when the last became available
 * @param usage uses and purchases
 * @param backdated events that became available more than a day after they happened
 * @param assumed events whose availability was not told and is taken to be their occurrence
 * @param ofOneInstant events that share customer and instant with the one before
 * @param withoutUse customers without a single use or purchase
 * @param busiestShare share of all usage by the customer with the most, in [0, 1]
 * @param sha256 over what each event says of time and amount, customer by customer: another history
 *     has another
 * @param months a digest for each calendar month in which something happened, as {@code 2011-12}:
 *     it tells since when two histories differ
 */
record HistoryFacts(
    long customers,
    long events,
    Instant first,
    Instant last,
    long usage,
    long backdated,
    long assumed,
    long ofOneInstant,
    long withoutUse,
    double busiestShare,
    String sha256,
    SortedMap<String, String> months) {

  /** Reads a history once. */
  static HistoryFacts of(HistorySource source) {
    Pass pass = new Pass();
    source.forEach(pass::add);
    return pass.facts();
  }

  private static final class Pass {

    private static final Duration DAY = Duration.ofDays(1);

    private final MessageDigest digest = sha256();
    private final ByteBuffer line = ByteBuffer.allocate(48);
    private long customers;
    private long events;
    private Instant first = Instant.MAX;
    private Instant last = Instant.MIN;
    private long usage;
    private long backdated;
    private long assumed;
    private long ofOneInstant;
    private long withoutUse;
    private long busiest;
    private final SortedMap<YearMonth, long[]> months = new TreeMap<>();
    private Instant monthFrom = Instant.MAX;
    private Instant monthUntil = Instant.MIN;
    private long[] month = new long[1];

    void add(CustomerHistory history) {
      customers++;
      long own = 0;
      Instant before = Instant.MIN;
      for (Event event : history.events()) {
        events++;
        Instant at = event.occurredAt();
        first = at.isBefore(first) ? at : first;
        last = event.availableAt().isAfter(last) ? event.availableAt() : last;
        own += event.kind().isUse() ? 1 : 0;
        backdated += event.availableAt().isAfter(at.plus(DAY)) ? 1 : 0;
        assumed += event.availableAssumed() ? 1 : 0;
        ofOneInstant += at.equals(before) ? 1 : 0;
        before = at;
        digest(event, history.customerId());
      }
      // The end of a customer, so that moving an event to the next one changes the digest.
      digest.update((byte) 0);
      usage += own;
      withoutUse += own == 0 ? 1 : 0;
      busiest = Math.max(busiest, own);
    }

    private void digest(Event event, long customer) {
      line.clear();
      line.putLong(event.occurredAt().getEpochSecond()).putInt(event.occurredAt().getNano());
      line.putLong(event.availableAt().getEpochSecond()).putInt(event.availableAt().getNano());
      line.put((byte) event.kind().ordinal()).putInt(event.count());
      line.putDouble(event.amount() == null ? Double.NaN : event.amount().doubleValue());
      line.putInt(event.name().hashCode());
      digest.update(line.array(), 0, line.position());
      // A sum, so that the order of the customers does not matter.
      long mixed = Hash.of(customer);
      for (int i = 0; i < line.position(); i += Long.BYTES) {
        mixed = Hash.of(mixed ^ line.getLong(i));
      }
      month(event.occurredAt())[0] += mixed;
    }

    private long[] month(Instant at) {
      if (at.isBefore(monthFrom) || !at.isBefore(monthUntil)) {
        YearMonth now = YearMonth.from(at.atOffset(ZoneOffset.UTC));
        month = months.computeIfAbsent(now, m -> new long[1]);
        monthFrom = now.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
        monthUntil = now.plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
      }
      return month;
    }

    HistoryFacts facts() {
      return new HistoryFacts(
          customers,
          events,
          first,
          last,
          usage,
          backdated,
          assumed,
          ofOneInstant,
          withoutUse,
          usage == 0 ? 0 : busiest / (double) usage,
          HexFormat.of().formatHex(digest.digest()),
          hexadecimal(months));
    }

    private static SortedMap<String, String> hexadecimal(SortedMap<YearMonth, long[]> sums) {
      SortedMap<String, String> months = new TreeMap<>();
      sums.forEach(
          (month, sum) -> months.put(month.toString(), HexFormat.of().toHexDigits(sum[0])));
      return months;
    }

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException impossible) {
        throw new IllegalStateException("every Java platform has SHA-256", impossible);
      }
    }
  }
}
