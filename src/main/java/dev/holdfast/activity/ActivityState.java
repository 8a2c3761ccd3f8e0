package dev.holdfast.activity;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKey;
import java.math.BigDecimal;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one customer's events: constant size, constant cost per event.
 *
 * <p>The state is an exact function of the set of events, taken in the order of {@code occurredAt}
 * (to the microsecond) and {@link EventKey}. An event older than the newest one taken is refused;
 * the caller rebuilds the state from the stored events. An occasion of use is a calendar day (UTC)
 * with at least one use or purchase: several events of a day are one occasion and their counts and
 * amounts add up. Suspension stops the clock by which silence is measured.
 *
 * <p>Mutable and not thread-safe; reading never changes it.
 */
public final class ActivityState {

  /** Marks an instant that has not happened. */
  static final long NEVER = Long.MIN_VALUE;

  private static final byte VERSION = 1;
  private static final int BLOCK = 256;
  private static final int MAX_BYTES = 4096;
  // A customer with more open complaints than this is counted, but only the oldest are told apart.
  private static final int OPEN_COMPLAINTS_KEPT = 32;

  final Occasions usage = new Occasions();
  final Occasions purchase = new Occasions();
  final DecayedCount interactions = new DecayedCount(30);
  final DecayedCount complaints = new DecayedCount(90);
  final DecayedCount outbound = new DecayedCount(90);
  final DecayedCount feedback = new DecayedCount(90);
  final DecayedCount cancellations = new DecayedCount(90);
  private final List<OpenComplaint> openComplaints = new ArrayList<>();
  private int openComplaintsNotKept;
  private long lastAt = NEVER;
  private byte[] lastKey = new byte[EventKey.BYTES];
  private long suspendedSince = NEVER;
  private long suspendedMicros;
  private boolean closed;

  private record OpenComplaint(long id, long openedAt) {}

  private ActivityState() {}

  /** The state of a customer without events. */
  public static ActivityState empty() {
    return new ActivityState();
  }

  /**
   * Takes one event. The newest event once more changes nothing.
   *
   * @throws IllegalArgumentException if the event precedes the newest one taken
   */
  public void apply(Event event) {
    long at = micros(event.occurredAt());
    EventKey key = event.key();
    int order = compareWithLast(at, key);
    if (order == 0) {
      return;
    }
    if (order < 0) {
      throw new IllegalArgumentException(
          "events must come in the order of occurredAt and key: "
              + event.occurredAt()
              + " is older than "
              + instant(lastAt)
              + "; rebuild the state from the stored events");
    }
    switch (event.kind()) {
      case USAGE -> usage.add(at, clock(at), event.count(), amount(event));
      case PURCHASE -> {
        usage.add(at, clock(at), event.count(), amount(event));
        purchase.add(at, clock(at), event.count(), amount(event));
      }
      case INTERACTION -> interactions.add(at, event.count());
      case COMPLAINT -> complain(event, at);
      case FEEDBACK -> feedback.add(at, event.count());
      case CANCELLATION -> cancellations.add(at, event.count());
      case STATUS -> changeStatus(event.name(), at);
      case OUTBOUND -> outbound.add(at, event.count());
      case CONTRACT -> {
        // Known to the state only as the newest event.
      }
    }
    lastAt = at;
    lastKey = key.toBytes();
  }

  /** True if the event is older than the newest one taken, so that the caller must rebuild. */
  public boolean precedesLast(Event event) {
    return compareWithLast(micros(event.occurredAt()), event.key()) < 0;
  }

  private int compareWithLast(long at, EventKey key) {
    if (lastAt == NEVER) {
      return 1;
    }
    int byTime = Long.compare(at, lastAt);
    return byTime != 0 ? byTime : key.compareTo(EventKey.ofBytes(lastKey));
  }

  private void complain(Event event, long at) {
    Object named = event.properties().get("complaintId");
    String name = named == null ? event.id() : named.toString();
    long id = ByteBuffer.wrap(EventKey.of(event.source(), name).toBytes()).getLong();
    String what = event.name().toLowerCase(Locale.ROOT);
    if (what.endsWith("closed")) {
      boolean known = openComplaints.removeIf(open -> open.id() == id);
      if (!known && openComplaintsNotKept > 0) {
        openComplaintsNotKept--;
      }
      return;
    }
    complaints.add(at, event.count());
    if (what.endsWith("opened") && openComplaints.stream().noneMatch(open -> open.id() == id)) {
      if (openComplaints.size() < OPEN_COMPLAINTS_KEPT) {
        openComplaints.add(new OpenComplaint(id, at));
      } else {
        openComplaintsNotKept++;
      }
    }
  }

  private void changeStatus(String name, long at) {
    switch (name.toLowerCase(Locale.ROOT)) {
      case "suspended" -> {
        if (suspendedSince == NEVER) {
          suspendedSince = at;
        }
      }
      case "activated", "resumed" -> {
        resume(at);
        closed = false;
      }
      case "closed", "ported" -> {
        resume(at);
        closed = true;
      }
      default -> {
        // Other words of a source's own do not change whether the customer can use the service.
      }
    }
  }

  private void resume(long at) {
    if (suspendedSince != NEVER) {
      suspendedMicros += at - suspendedSince;
      suspendedSince = NEVER;
    }
  }

  /** The instant less all time suspended before it: the clock by which silence is measured. */
  long clock(long at) {
    return at - suspendedMicros - (suspendedSince == NEVER ? 0 : Math.max(0, at - suspendedSince));
  }

  /** When the newest event happened, to the microsecond; the epoch's minimum if there is none. */
  public Instant lastOccurredAt() {
    return lastAt == NEVER ? Instant.MIN : instant(lastAt);
  }

  /** Key of the newest event; all zero if there is none. */
  public EventKey lastKey() {
    return EventKey.ofBytes(lastKey);
  }

  /** When the customer last used or bought something, null if never. */
  public @Nullable Instant lastUsageAt() {
    return usage.n == 0 ? null : instant(usage.lastAt);
  }

  /** Days with at least one use or purchase. */
  public int usageOccasions() {
    return usage.n;
  }

  /**
   * Days since the last use, less the time suspended; 0 if there was none.
   *
   * @param at not before {@link #lastOccurredAt()}
   */
  public double idleDays(Instant at) {
    return usage.idleDays(clock(micros(at)));
  }

  /** The usual gap in days, shrunk to the population's median where the customer's own are few. */
  public double usualGapDays(Priors priors) {
    return usage.shrunkenGap(priors.medianGapDays());
  }

  /** Open complaints now. */
  public int openComplaints() {
    return openComplaints.size() + openComplaintsNotKept;
  }

  /** True after a status {@code closed} or {@code ported} until reactivated. */
  public boolean closed() {
    return closed;
  }

  /** True between a status {@code suspended} and {@code resumed}. */
  public boolean suspended() {
    return suspendedSince != NEVER;
  }

  long lastAt() {
    return lastAt;
  }

  /** When the oldest open complaint was opened, {@link #NEVER} if none is open. */
  long oldestOpenComplaint() {
    long oldest = NEVER;
    for (OpenComplaint open : openComplaints) {
      oldest = oldest == NEVER ? open.openedAt() : Math.min(oldest, open.openedAt());
    }
    return oldest;
  }

  /** An independent copy. */
  public ActivityState copy() {
    return fromBytes(toBytes());
  }

  /** The state as stored: its version first, padded with zeros to a multiple of 256. */
  public byte[] toBytes() {
    int needed =
        1
            + 1
            + 8
            + EventKey.BYTES
            + 8
            + 8
            + 2 * Occasions.bytes()
            + 5 * DecayedCount.BYTES
            + 4
            + 1
            + 16 * openComplaints.size();
    ByteBuffer out = ByteBuffer.allocate((needed + BLOCK - 1) / BLOCK * BLOCK);
    out.put(VERSION).put((byte) (closed ? 1 : 0)).putLong(lastAt).put(lastKey);
    out.putLong(suspendedSince).putLong(suspendedMicros);
    usage.write(out);
    purchase.write(out);
    interactions.write(out);
    complaints.write(out);
    outbound.write(out);
    feedback.write(out);
    cancellations.write(out);
    out.putInt(openComplaintsNotKept).put((byte) openComplaints.size());
    for (OpenComplaint open : openComplaints) {
      out.putLong(open.id()).putLong(open.openedAt());
    }
    return out.array();
  }

  /**
   * Reads a stored state.
   *
   * @throws IllegalArgumentException if the bytes are of another version or damaged
   */
  public static ActivityState fromBytes(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > MAX_BYTES || bytes[0] != VERSION) {
      throw new IllegalArgumentException(
          "a stored state has version "
              + VERSION
              + " and at most "
              + MAX_BYTES
              + " bytes, had "
              + (bytes.length == 0 ? "none" : "version " + bytes[0] + " and " + bytes.length)
              + "; rebuild it from the stored events");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    in.get();
    ActivityState state = new ActivityState();
    try {
      state.closed = in.get() == 1;
      state.lastAt = in.getLong();
      in.get(state.lastKey);
      state.suspendedSince = in.getLong();
      state.suspendedMicros = in.getLong();
      state.usage.read(in);
      state.purchase.read(in);
      state.interactions.read(in);
      state.complaints.read(in);
      state.outbound.read(in);
      state.feedback.read(in);
      state.cancellations.read(in);
      state.openComplaintsNotKept = in.getInt();
      int open = in.get();
      for (int i = 0; i < open; i++) {
        state.openComplaints.add(new OpenComplaint(in.getLong(), in.getLong()));
      }
    } catch (BufferUnderflowException truncated) {
      throw new IllegalArgumentException(
          "the stored state is cut short at " + bytes.length + " bytes; rebuild it", truncated);
    }
    return state;
  }

  static long micros(Instant at) {
    return Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000L), at.getNano() / 1_000);
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000);
  }

  private static double amount(Event event) {
    BigDecimal amount = event.amount();
    return amount == null ? 0 : amount.doubleValue();
  }
}
