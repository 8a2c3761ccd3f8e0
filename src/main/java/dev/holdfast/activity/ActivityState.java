package dev.holdfast.activity;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKey;
import dev.holdfast.event.EventKind;
import java.math.BigDecimal;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one customer's events: constant size, constant cost per event.
 *
 * <p>The state is an exact function of the set of events, taken in the order of {@code occurredAt}
 * (to the microsecond) and {@link EventKey}. An event older than the newest one taken is refused;
 * the caller rebuilds the state from the stored events. An occasion of use is a day with at least
 * one use or purchase: several events of a day are one occasion and their counts and amounts add
 * up. Silence and gaps are measured in the time of the {@link OperationalCalendar} that the state
 * carries, which is part of what the state is a function of; suspension stops it.
 *
 * <p>Beside kind, name and amount, properties that a sender may give are understood: {@code
 * complaintId}, {@code severity} (0 to 3) and {@code resolved} of a complaint, {@code topic} of an
 * interaction, {@code rating} (1 to 5) of feedback, {@code sentiment} (-1 to 1) of these three,
 * {@code outcome} of use, complaints and our contacts, {@code endsAt}, {@code startsAt} and {@code
 * reason} of a contract.
 *
 * <p>Mutable and not thread-safe; reading never changes it.
 */
public final class ActivityState {

  /** Marks an instant that has not happened. */
  static final long NEVER = Long.MIN_VALUE;

  private static final byte VERSION = 3;
  // Knew no calendar, and is what a state on the plain one is still written as.
  private static final byte PLAIN_VERSION = 2;
  // What the first version remembered is the start of what this one remembers.
  private static final byte FIRST_VERSION = 1;
  private static final int CLOSED = 1;
  private static final int REBUILD_DUE = 2;
  private static final int CLOSED_UNRESOLVED = 4;
  private static final int BLOCK = 256;
  private static final int MAX_BYTES = 4096;
  // A customer with more open complaints than this is counted, but only the oldest are told apart.
  private static final int OPEN_COMPLAINTS_KEPT = 32;
  private static final int HIGHEST_SEVERITY = 3;
  private static final double NEWEST_RESOLUTION = 0.3;
  private static final int REPEATED_WITHIN_MINUTES = 7 * 24 * 60;
  private static final double MICROS_AN_HOUR = 3_600_000_000.0;
  private static final List<String> FAILURES =
      List.of("failed", "declined", "error", "timeout", "rejected");
  private static final Set<String> UNRESOLVED = Set.of("unresolved", "rejected");
  private static final Set<String> UNANSWERED =
      Set.of(
          "no_answer",
          "busy",
          "voicemail",
          "not_reached",
          "unanswered",
          "no_response",
          "no_reply",
          "ignored",
          "unopened",
          "bounced");

  final Occasions usage = new Occasions();
  final Occasions purchase = new Occasions();
  final DecayedCount interactions = new DecayedCount(30);
  final DecayedCount complaints = new DecayedCount(90);
  final DecayedCount outbound = new DecayedCount(90);
  final DecayedCount feedback = new DecayedCount(90);
  final DecayedCount cancellations = new DecayedCount(90);
  final DecayedCount repeatContacts = new DecayedCount(30);
  final DecayedCount failures = new DecayedCount(7);
  final DecayedCount unanswered = new DecayedCount(90);
  final Contract contract = new Contract();
  final ChannelMix channels = new ChannelMix();
  // Names of use by the clock that suspension stops.
  final RecentNames breadth = new RecentNames(16);
  final Hours hours = new Hours();
  final Opinion opinion = new Opinion();
  private final RecentNames topics = new RecentNames(4);
  private final List<OpenComplaint> openComplaints = new ArrayList<>();
  private int openComplaintsNotKept;
  private long lastAt = NEVER;
  // Where the newest event came by apply, its key is a digest that few ask for: see lastKey().
  private @Nullable Event last;
  private final byte[] storedKey = new byte[EventKey.BYTES];
  private long suspendedSince = NEVER;
  private long suspendedMicros;
  private boolean closed;
  private boolean rebuildDue;
  private boolean closedUnresolved;
  // Hours from opening to closing, recent ones counting more; below 0 while none was closed.
  private double resolutionHours = -1;

  private record OpenComplaint(long id, long openedAt, byte severity) {
    private static final int BYTES = 8 + 8 + 1;
  }

  private OperationalCalendar calendar;

  private ActivityState(OperationalCalendar calendar) {
    this.calendar = calendar;
  }

  /** The state of a customer without events, on the plain calendar. */
  public static ActivityState empty() {
    return empty(OperationalCalendar.plain());
  }

  /** The state of a customer without events, whose silence a calendar will measure. */
  public static ActivityState empty(OperationalCalendar calendar) {
    return new ActivityState(calendar);
  }

  /** The calendar that measures silence and gaps. */
  public OperationalCalendar calendar() {
    return calendar;
  }

  /**
   * Changes to another calendar where that needs no events: where the two do not differ up to the
   * newest event taken.
   *
   * @return false if the state must be rebuilt from the stored events instead; it is unchanged then
   */
  public boolean retime(OperationalCalendar to) {
    if (!to.equals(calendar)) {
      if (lastAt != NEVER && to.differsFrom(calendar) <= lastAt) {
        return false;
      }
      calendar = to;
    }
    return true;
  }

  /**
   * Takes one event. The newest event once more changes nothing.
   *
   * @throws IllegalArgumentException if the event precedes the newest one taken
   */
  public void apply(Event event) {
    long at = micros(event.occurredAt());
    int order = compareWithLast(at, event);
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
      case USAGE -> use(event, at);
      case PURCHASE -> {
        use(event, at);
        purchase.add(at, clock(at), event.count(), amount(event), calendar);
      }
      case INTERACTION -> interact(event, at);
      case COMPLAINT -> complain(event, at);
      case FEEDBACK -> {
        feedback.add(at, event.count());
        opinion.add(Property.number(event, "rating", 1, 5), sentiment(event));
      }
      case CANCELLATION -> cancellations.add(at, event.count());
      case STATUS -> {
        changeStatus(event.name(), at);
        contract.add(event, at);
      }
      case OUTBOUND -> {
        outbound.add(at, event.count());
        if (UNANSWERED.contains(Property.word(event, "outcome"))) {
          unanswered.add(at, event.count());
        }
      }
      case CONTRACT -> contract.add(event, at);
    }
    if (event.channel() != null && event.kind() != EventKind.OUTBOUND) {
      channels.add(event.channel(), at, event.count());
    }
    lastAt = at;
    last = event;
  }

  /** True if the event is older than the newest one taken, so that the caller must rebuild. */
  public boolean precedesLast(Event event) {
    return compareWithLast(micros(event.occurredAt()), event) < 0;
  }

  private int compareWithLast(long at, Event event) {
    if (lastAt == NEVER) {
      return 1;
    }
    int byTime = Long.compare(at, lastAt);
    return byTime != 0 ? byTime : event.key().compareTo(lastKey());
  }

  private void use(Event event, long at) {
    long clock = clock(at);
    usage.add(at, clock, event.count(), amount(event), calendar);
    breadth.seen(event.name(), clock);
    hours.add(at);
    if (failed(event)) {
      failures.add(at, event.count());
    }
  }

  /** True if the customer tried and it did not work. */
  private static boolean failed(Event event) {
    String name = event.name().toLowerCase(Locale.ROOT);
    for (String failure : FAILURES) {
      if (name.contains(failure)) {
        return true;
      }
    }
    return FAILURES.contains(Property.word(event, "outcome"));
  }

  private void interact(Event event, long at) {
    interactions.add(at, event.count());
    opinion.add(Double.NaN, sentiment(event));
    String topic = Property.word(event, "topic");
    if (!topic.isEmpty()) {
      int before = topics.seen(topic, at);
      if (before != RecentNames.NEVER
          && RecentNames.minute(at) - before <= REPEATED_WITHIN_MINUTES) {
        repeatContacts.add(at, event.count());
      }
    }
  }

  private static double sentiment(Event event) {
    return Property.number(event, "sentiment", -1, 1);
  }

  private void complain(Event event, long at) {
    Object named = event.properties().get("complaintId");
    String name = named == null ? event.id() : named.toString();
    long id = ByteBuffer.wrap(EventKey.of(event.source(), name).toBytes()).getLong();
    String what = event.name().toLowerCase(Locale.ROOT);
    opinion.add(Double.NaN, sentiment(event));
    int kept = openComplaintOf(id);
    if (what.endsWith("closed")) {
      close(event, kept, at);
      return;
    }
    complaints.add(at, event.count());
    double severity = Property.number(event, "severity", 0, HIGHEST_SEVERITY);
    if (kept >= 0) {
      if (!Double.isNaN(severity)) {
        OpenComplaint open = openComplaints.get(kept);
        openComplaints.set(
            kept, new OpenComplaint(open.id(), open.openedAt(), (byte) Math.round(severity)));
      }
    } else if (what.endsWith("opened")) {
      if (openComplaints.size() < OPEN_COMPLAINTS_KEPT) {
        // Casting NaN gives 0: a severity that nobody stated.
        openComplaints.add(new OpenComplaint(id, at, (byte) Math.round(severity)));
      } else {
        openComplaintsNotKept++;
      }
    }
  }

  /** Place in the list of an open complaint, negative if it is not there. */
  private int openComplaintOf(long id) {
    for (int i = 0; i < openComplaints.size(); i++) {
      if (openComplaints.get(i).id() == id) {
        return i;
      }
    }
    return -1;
  }

  private void close(Event event, int kept, long at) {
    String resolved = Property.word(event, "resolved");
    closedUnresolved =
        resolved.equals("false")
            || resolved.equals("no")
            || UNRESOLVED.contains(Property.word(event, "outcome"));
    if (kept >= 0) {
      double hours = (at - openComplaints.remove(kept).openedAt()) / MICROS_AN_HOUR;
      resolutionHours =
          resolutionHours < 0
              ? hours
              : (1 - NEWEST_RESOLUTION) * resolutionHours + NEWEST_RESOLUTION * hours;
    } else if (openComplaintsNotKept > 0) {
      openComplaintsNotKept--;
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
      suspendedMicros += calendar.at(at) - calendar.at(suspendedSince);
      suspendedSince = NEVER;
    }
  }

  /**
   * Operational time less all that was suspended before: the clock by which silence is measured.
   */
  long clock(long at) {
    long now = calendar.at(at);
    return now
        - suspendedMicros
        - (suspendedSince == NEVER ? 0 : Math.max(0, now - calendar.at(suspendedSince)));
  }

  /** When the newest event happened, to the microsecond; the epoch's minimum if there is none. */
  public Instant lastOccurredAt() {
    return lastAt == NEVER ? Instant.MIN : instant(lastAt);
  }

  /** Key of the newest event; all zero if there is none. */
  public EventKey lastKey() {
    return last == null ? EventKey.ofBytes(storedKey) : last.key();
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
   * Operational days since the last use, less the time suspended; 0 if there was none.
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

  /** True if a contract runs at an instant not before {@link #lastOccurredAt()}. */
  public boolean inContract(Instant at) {
    return contract.runsAt(micros(at));
  }

  /**
   * When the contract ends or ended: the first instant without it. Null if there never was one or
   * it runs until further notice.
   */
  public @Nullable Instant contractEndsAt() {
    return contract.end == NEVER || contract.end == Contract.OPEN_ENDED
        ? null
        : instant(contract.end);
  }

  /** When the price or the plan last changed, null if it never did. */
  public @Nullable Instant lastPriceEventAt() {
    return contract.priceAt == NEVER ? null : instant(contract.priceAt);
  }

  /** True if the last complaint that was closed had not been resolved. */
  public boolean lastComplaintUnresolved() {
    return closedUnresolved;
  }

  /**
   * True if this was stored by an earlier version, which remembered less. It is good to use; what
   * is missing comes back when the state is rebuilt from the stored events.
   */
  public boolean rebuildDue() {
    return rebuildDue;
  }

  long lastAt() {
    return lastAt;
  }

  /** Recent hours from opening to closing a complaint, negative while none was closed. */
  double resolutionHours() {
    return resolutionHours;
  }

  /** The highest severity of the open complaints, 0 to 3. */
  int openSeverity() {
    int highest = 0;
    for (OpenComplaint open : openComplaints) {
      highest = Math.max(highest, open.severity());
    }
    return highest;
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
    return fromBytes(toBytes(), number -> calendar);
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
            + 8 * DecayedCount.BYTES
            + Contract.BYTES
            + ChannelMix.BYTES
            + breadth.bytes()
            + Hours.BYTES
            + Opinion.BYTES
            + topics.bytes()
            + 8
            + 4
            + 1
            + OpenComplaint.BYTES * openComplaints.size()
            + (calendar.isPlain() ? 0 : 8);
    ByteBuffer out = ByteBuffer.allocate((needed + BLOCK - 1) / BLOCK * BLOCK);
    int flags =
        (closed ? CLOSED : 0)
            | (rebuildDue ? REBUILD_DUE : 0)
            | (closedUnresolved ? CLOSED_UNRESOLVED : 0);
    out.put(calendar.isPlain() ? PLAIN_VERSION : VERSION)
        .put((byte) flags)
        .putLong(lastAt)
        .put(lastKey().toBytes());
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
    for (OpenComplaint open : openComplaints) {
      out.put(open.severity());
    }
    repeatContacts.write(out);
    failures.write(out);
    unanswered.write(out);
    contract.write(out);
    channels.write(out);
    breadth.write(out);
    hours.write(out);
    opinion.write(out);
    topics.write(out);
    out.putDouble(resolutionHours);
    if (!calendar.isPlain()) {
      out.putLong(calendar.number());
    }
    return out.array();
  }

  /**
   * Reads a stored state on the plain calendar.
   *
   * @throws IllegalArgumentException as {@link #fromBytes(byte[], LongFunction)}, and if the state
   *     is on another calendar
   */
  public static ActivityState fromBytes(byte[] bytes) {
    return fromBytes(
        bytes,
        number -> {
          throw new IllegalArgumentException(
              "the stored state is on calendar "
                  + HexFormat.of().toHexDigits(number)
                  + ", which is needed to read it");
        });
  }

  /**
   * Reads a stored state. One of the first version lacks what came later and is {@linkplain
   * #rebuildDue() due to be rebuilt}; those of the first two versions are on the plain calendar.
   *
   * @param calendars finds a calendar other than the plain one by its {@linkplain
   *     OperationalCalendar#number() number}
   * @throws IllegalArgumentException if the bytes are of another version or damaged
   */
  public static ActivityState fromBytes(byte[] bytes, LongFunction<OperationalCalendar> calendars) {
    if (bytes.length == 0
        || bytes.length > MAX_BYTES
        || bytes[0] < FIRST_VERSION
        || bytes[0] > VERSION) {
      throw new IllegalArgumentException(
          "a stored state has version "
              + FIRST_VERSION
              + " to "
              + VERSION
              + " and at most "
              + MAX_BYTES
              + " bytes, had "
              + (bytes.length == 0 ? "none" : "version " + bytes[0] + " and " + bytes.length)
              + "; rebuild it from the stored events");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int version = in.get();
    ActivityState state = new ActivityState(OperationalCalendar.plain());
    try {
      int flags = in.get();
      state.closed = (flags & CLOSED) != 0;
      state.rebuildDue = version == FIRST_VERSION || (flags & REBUILD_DUE) != 0;
      state.closedUnresolved = (flags & CLOSED_UNRESOLVED) != 0;
      state.lastAt = in.getLong();
      in.get(state.storedKey);
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
        state.openComplaints.add(new OpenComplaint(in.getLong(), in.getLong(), (byte) 0));
      }
      if (version > FIRST_VERSION) {
        state.readWhatCameLater(in);
      }
      if (version > PLAIN_VERSION) {
        state.calendar = calendars.apply(in.getLong());
      }
    } catch (BufferUnderflowException truncated) {
      throw new IllegalArgumentException(
          "the stored state is cut short at " + bytes.length + " bytes; rebuild it", truncated);
    }
    return state;
  }

  private void readWhatCameLater(ByteBuffer in) {
    for (int i = 0; i < openComplaints.size(); i++) {
      OpenComplaint open = openComplaints.get(i);
      openComplaints.set(i, new OpenComplaint(open.id(), open.openedAt(), in.get()));
    }
    repeatContacts.read(in);
    failures.read(in);
    unanswered.read(in);
    contract.read(in);
    channels.read(in);
    breadth.read(in);
    hours.read(in);
    opinion.read(in);
    topics.read(in);
    resolutionHours = in.getDouble();
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
