package dev.holdfast.warning;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something that people should look at until it is over. All instants are business time.
 *
 * @param id its number
 * @param kind {@code feed}, or {@code cohort} if customers of a segment stopped coming
 * @param subject what it is about, such as {@code source:app} or {@code segment:region=north}
 * @param conditions what is wrong with a feed, or was when it ended; none of a cohort
 * @param words the same for people
 * @param customers whom it may concern, when last counted
 * @param since from when on the data are in doubt, or visits missing
 * @param held true while the timers of these customers wait for it
 * @param holdUntil they wait no longer than this; null if they never did
 * @param ours true if people said that it is a fault of ours: its customers are no leavers while it
 *     lasts
 * @param state open, acknowledged or resolved
 * @param owner who looks after it; null for nobody yet
 * @param cause what it was, once resolved
 */
public record Incident(
    long id,
    String kind,
    String subject,
    Set<FeedCondition> conditions,
    String words,
    long customers,
    Instant since,
    Instant openedAt,
    boolean held,
    @Nullable Instant holdUntil,
    boolean ours,
    State state,
    @Nullable String owner,
    @Nullable Instant acknowledgedAt,
    @Nullable Instant resolvedAt,
    @Nullable String resolvedBy,
    @Nullable String cause) {

  /** How far people are with it. */
  public enum State {
    /** Nobody has said that they saw it. */
    OPEN,
    /** Somebody has. */
    ACKNOWLEDGED,
    /** It is over. */
    RESOLVED;

    /** The name in answers and tables. */
    @JsonValue
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }
  }

  /**
   * One line of an incident's history.
   *
   * @param actor who: a user, a key, or {@code holdfast} itself
   * @param action opened, changed, held, released, acknowledged, said-ours, assigned, commented,
   *     campaign-started, resolved
   */
  public record Entry(Instant at, String actor, String action, @Nullable String text) {}

  /** An incident with its history, oldest first. */
  public record WithHistory(Incident incident, List<Entry> history) {}
}
