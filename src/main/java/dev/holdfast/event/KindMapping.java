package dev.holdfast.event;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which kind an event is by its name, for senders that do not say. Names are compared in lower case
 * with {@code _} for blanks and hyphens, so {@code "Order Completed"} is {@code order_completed}.
 */
public final class KindMapping {

  private static final Map<EventKind, List<String>> STANDARD =
      Map.of(
          EventKind.USAGE,
          List.of(
              "page_view",
              "page",
              "screen",
              "login",
              "session_started",
              "app_opened",
              "call_made",
              "data_used",
              "message_sent",
              "song_played",
              "video_played"),
          EventKind.PURCHASE,
          List.of("order_completed", "order", "purchase", "checkout_completed", "top_up"),
          EventKind.INTERACTION,
          List.of("ticket_created", "chat_started", "support_called", "call_ended"),
          EventKind.COMPLAINT,
          List.of("complaint_opened", "complaint_closed"),
          EventKind.FEEDBACK,
          List.of(
              "survey_answered", "review_submitted", "rating_given", "thumbs_up", "thumbs_down"),
          EventKind.CANCELLATION,
          List.of("cancellation_requested", "subscription_cancelled"),
          EventKind.STATUS,
          List.of("activated", "suspended", "resumed", "ported", "closed"),
          EventKind.CONTRACT,
          List.of(
              "contract_signed",
              "contract_started",
              "contract_renewed",
              "contract_ended",
              "plan_changed",
              "price_increased"),
          EventKind.OUTBOUND,
          List.of("call_attempted", "email_sent", "sms_sent", "offer_made"));

  private final Map<String, EventKind> kinds;

  private KindMapping(Map<String, EventKind> kinds) {
    this.kinds = Map.copyOf(kinds);
  }

  /** The names that need no configuration. */
  public static KindMapping standard() {
    return with(Map.of());
  }

  /** The standard names, changed and extended by {@code own}. */
  public static KindMapping with(Map<String, EventKind> own) {
    Map<String, EventKind> all = new HashMap<>();
    STANDARD.forEach((kind, names) -> names.forEach(name -> all.put(name, kind)));
    own.forEach((name, kind) -> all.put(canonical(name), kind));
    return new KindMapping(all);
  }

  public Optional<EventKind> kindOf(String name) {
    // Most senders write names as we compare them.
    EventKind kind = kinds.get(name);
    return Optional.ofNullable(kind != null ? kind : kinds.get(canonical(name)));
  }

  /** Equal for equal mappings; part of the version of a customer's state. */
  public int version() {
    int version = 1;
    for (Map.Entry<String, EventKind> entry : new TreeMap<>(kinds).entrySet()) {
      version = 31 * version + entry.getKey().hashCode();
      version = 31 * version + entry.getValue().ordinal();
    }
    return version;
  }

  /** The form in which names are compared. */
  public static String canonical(String name) {
    return name.strip().toLowerCase(Locale.ROOT).replace(' ', '_').replace('-', '_');
  }
}
