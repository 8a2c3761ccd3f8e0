package dev.holdfast.scoring;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Attendee;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code customer_state}, held while its customer is locked. Mutable: a batch reads it,
 * changes it and writes it back once.
 */
public final class CustomerState {

  private final long customerId;
  private int partition;
  private @Nullable Integer sourceId;
  private ActivityState activity;
  private @Nullable Score score;
  private @Nullable Instant nextDue;
  private @Nullable Instant rescoreDue;
  private @Nullable Attendee attendee;
  private @Nullable Hold hold;

  /**
   * Why this customer's silence says nothing for the time being: a fault of ours.
   *
   * @param incident its number
   * @param silentThrough silence counts up to this business instant and no further
   */
  public record Hold(long incident, Instant silentThrough) {}

  /** A customer of whom nothing is known yet. */
  public CustomerState(long customerId) {
    this(customerId, 0, null, ActivityState.empty(), null, null, null, null, null);
  }

  CustomerState(
      long customerId,
      int partition,
      @Nullable Integer sourceId,
      ActivityState activity,
      @Nullable Score score,
      @Nullable Instant nextDue,
      @Nullable Instant rescoreDue,
      @Nullable Attendee attendee,
      @Nullable Hold hold) {
    this.customerId = customerId;
    this.partition = partition;
    this.sourceId = sourceId;
    this.activity = activity;
    this.score = score;
    this.nextDue = nextDue;
    this.rescoreDue = rescoreDue;
    this.attendee = attendee;
    this.hold = hold;
  }

  public long customerId() {
    return customerId;
  }

  /** The partition of the topic of events that carries this customer. */
  public int partition() {
    return partition;
  }

  /**
   * The source of the customer's usage, whose watermark bounds the silence; null before any usage.
   */
  public @Nullable Integer sourceId() {
    return sourceId;
  }

  public ActivityState activity() {
    return activity;
  }

  /** The last stored score; null while never scored. */
  public @Nullable Score score() {
    return score;
  }

  /** The first minute of silence at which the risk reaches the next watched level. */
  public @Nullable Instant nextDue() {
    return nextDue;
  }

  /** System instant from which the row is to be scored without triggering. */
  public @Nullable Instant rescoreDue() {
    return rescoreDue;
  }

  /** The fault of ours for which the customer is held; null while held for none. */
  public @Nullable Hold hold() {
    return hold;
  }

  /** Holds the customer, or with null releases it; {@link CustomerStates#saveHolds} writes it. */
  public void hold(@Nullable Hold hold) {
    this.hold = hold;
  }

  /** How the customer is counted; null before any use. */
  public @Nullable Attendee attendee() {
    return attendee;
  }

  /** Records how the customer is counted from now on. */
  public void countedAs(Attendee attendee) {
    this.attendee = attendee;
  }

  /**
   * True if the silence before the newest event lies in the fault for which the customer is held: a
   * risk as of that event would count it, so it is judged once the customer is released.
   */
  public boolean judgedAfterHold() {
    Instant newest = activity.lastOccurredAt();
    return hold != null
        && score != null
        && !activity.closed()
        && newest.isAfter(hold.silentThrough())
        && !newest.equals(activity.lastUsageAt());
  }

  /** Keeps the score; the timer judges the customer when the fault of ours is over. */
  public void leaveToTimer() {
    Instant newest = activity.lastOccurredAt();
    if (nextDue == null || nextDue.isAfter(newest)) {
      nextDue = newest;
    }
    rescoreDue = null;
  }

  /** Records where the customer's events come from. */
  public void seenIn(int partition) {
    this.partition = partition;
  }

  /** Records the source that last reported usage. */
  public void usageReportedBy(int sourceId) {
    this.sourceId = sourceId;
  }

  /** Replaces the activity after a rebuild. */
  public void rebuilt(ActivityState rebuilt) {
    this.activity = rebuilt;
  }

  /** Asks for a score at {@code systemInstant} or later that triggers nothing. */
  public void rescoreAt(Instant systemInstant) {
    this.rescoreDue = systemInstant;
  }

  void scored(@Nullable Score score, @Nullable Instant nextDue) {
    this.score = score;
    this.nextDue = nextDue;
    this.rescoreDue = null;
  }
}
