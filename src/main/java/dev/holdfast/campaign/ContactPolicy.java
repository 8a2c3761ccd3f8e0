package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When and how often a party may be contacted: data with an owner, set as a whole. It holds
 * whatever the campaign. Nothing in it is legal advice.
 *
 * @param owner who answers for it, 1 to 100 characters
 * @param defaultZone zone of parties whose zone is unknown; null for none, and then nobody of
 *     unknown zone is contacted
 * @param hours local hours in which a contact may begin, for each of the seven weekdays
 * @param holidayHours the hours of a holiday
 * @param holidays dates with the hours of a holiday
 * @param workdays dates with the hours of another weekday: make-up workdays
 * @param caps most attempts in a sliding number of days, by channel; {@code all} counts the
 *     channels together
 * @param coolDown days of rest after an answered contact
 * @param retry attempts after nobody answered
 * @param refusals purposes of consent whose refusal forbids every contact, such as {@code
 *     automated-marketing}
 * @param blockingFields fields of the profile that forbid every contact unless they are absent,
 *     false, 0 or no; by field the word for it
 * @param numbersElsewhere true if a dialer or CRM keeps the numbers, so that a party of which none
 *     is known here may be contacted
 */
@JsonIgnoreProperties(ignoreUnknown = false)
@JsonPropertyOrder({
  "owner",
  "defaultZone",
  "hours",
  "holidayHours",
  "holidays",
  "workdays",
  "caps",
  "coolDown",
  "retry",
  "refusals",
  "blockingFields",
  "numbersElsewhere"
})
public record ContactPolicy(
    String owner,
    @Nullable String defaultZone,
    Map<DayOfWeek, OpenHours> hours,
    OpenHours holidayHours,
    Set<LocalDate> holidays,
    Map<LocalDate, DayOfWeek> workdays,
    Map<String, Cap> caps,
    CoolDown coolDown,
    Retry retry,
    List<String> refusals,
    Map<String, String> blockingFields,
    boolean numbersElsewhere) {

  /** The name of the cap over all channels together. */
  static final String ALL_CHANNELS = "all";

  private static final int MOST_DATES = 2_000;
  private static final int MOST_WORDS = 20;

  /** How far ahead the next opening is searched. */
  private static final int DAYS_AHEAD = 60;

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,39}");

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  /**
   * A cap.
   *
   * @param most attempts, 0 or more; 0 closes the channel
   * @param days of the sliding window, 1 to 3,650
   */
  @JsonIgnoreProperties(ignoreUnknown = false)
  public record Cap(int most, int days) {
    public Cap {
      require(most >= 0 && most <= 1_000, "most of a cap must be in [0, 1000], was " + most);
      require(days >= 1 && days <= 3_650, "days of a cap must be in [1, 3650], were " + days);
    }
  }

  /**
   * Rest after an answered contact.
   *
   * @param completedDays after a talk, 0 to 3,650
   * @param refusedDays after a refusal, 0 to 3,650
   */
  @JsonIgnoreProperties(ignoreUnknown = false)
  public record CoolDown(int completedDays, int refusedDays) {
    public CoolDown {
      require(
          completedDays >= 0 && completedDays <= 3_650 && refusedDays >= 0 && refusedDays <= 3_650,
          "coolDown needs completedDays and refusedDays in [0, 3650]");
    }
  }

  /**
   * What follows when nobody answers.
   *
   * @param hours wait after the first, second, ... unanswered attempt; the last one holds for more
   * @param most unanswered attempts in a row; then the party rests as after a completed contact
   */
  @JsonIgnoreProperties(ignoreUnknown = false)
  public record Retry(List<Integer> hours, int most) {
    public Retry {
      require(
          hours != null && !hours.isEmpty() && hours.size() <= MOST_WORDS,
          "retry.hours needs 1 to 20 waits, such as [4, 24, 72]");
      require(
          hours.stream().allMatch(wait -> wait != null && wait >= 0 && wait <= 8_760),
          "each wait of retry.hours must be in [0, 8760], were " + hours);
      require(most >= 1 && most <= 100, "retry.most must be in [1, 100], was " + most);
      hours = List.copyOf(hours);
    }
  }

  public ContactPolicy {
    require(
        owner != null && !owner.isBlank() && owner.length() <= 100,
        "owner must have 1 to 100 characters: who answers for the policy");
    require(
        defaultZone == null || ZoneId.getAvailableZoneIds().contains(defaultZone),
        "defaultZone must be null or an IANA zone such as Asia/Shanghai, was " + defaultZone);
    require(
        hours != null && hours.size() == 7 && !hasNull(hours.values()),
        "hours must name all seven weekdays, such as monday: 08:00-21:00");
    require(holidayHours != null, "holidayHours must be there, such as closed");
    require(
        holidays != null && holidays.size() <= MOST_DATES && !hasNull(holidays),
        "holidays must be a list of at most " + MOST_DATES + " dates, empty for none");
    require(
        workdays != null && workdays.size() <= MOST_DATES && !hasNull(workdays.values()),
        "workdays must be dates with the weekday that each is like, empty for none");
    for (LocalDate day : workdays.keySet()) {
      require(!holidays.contains(day), day + " cannot be a holiday and a workday");
    }
    require(
        caps != null
            && caps.containsKey(ALL_CHANNELS)
            && caps.size() <= MOST_WORDS
            && !hasNull(caps.values()),
        "caps needs one named all, such as {most: 3, days: 90}, and may have one a channel");
    require(coolDown != null, "coolDown must be there: completedDays and refusedDays");
    require(retry != null, "retry must be there: hours and most");
    require(
        refusals != null
            && refusals.size() <= MOST_WORDS
            && refusals.stream().allMatch(word -> word != null && WORD.matcher(word).matches()),
        "refusals must be a list of at most 20 purposes, such as automated-marketing");
    require(
        blockingFields != null
            && blockingFields.size() <= MOST_WORDS
            && !hasNull(blockingFields.values())
            && blockingFields.keySet().stream().allMatch(word -> WORD.matcher(word).matches()),
        "blockingFields must be at most 20 fields of the profile, each with the word for it");
    hours = new TreeMap<>(hours);
    holidays = new TreeSet<>(holidays);
    workdays = new TreeMap<>(workdays);
    caps = new TreeMap<>(caps);
    refusals = List.copyOf(refusals);
    blockingFields = new TreeMap<>(blockingFields);
  }

  /**
   * The policy until somebody sets one: 8 to 21 h, no holiday known, three attempts in 90 days,
   * rest of 30 days after a talk and 90 after a refusal, nobody of unknown zone.
   */
  public static ContactPolicy initial() {
    SortedMap<DayOfWeek, OpenHours> hours = new TreeMap<>();
    for (DayOfWeek day : DayOfWeek.values()) {
      hours.put(day, OpenHours.of("08:00-21:00"));
    }
    return new ContactPolicy(
        "nobody yet: set a policy of your own",
        null,
        hours,
        OpenHours.CLOSED,
        Set.of(),
        Map.of(),
        Map.of(ALL_CHANNELS, new Cap(3, 90)),
        new CoolDown(30, 90),
        new Retry(List.of(4, 24, 72), 3),
        List.of("automated-marketing", "profiling"),
        Map.of("vulnerable", "vulnerable", "porting", "porting away or in"),
        true);
  }

  /**
   * Reads a policy.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static ContactPolicy read(JsonNode document) {
    try {
      return JSON.treeToValue(document, ContactPolicy.class);
    } catch (JsonProcessingException wrong) {
      Throwable cause = wrong.getCause();
      String why =
          cause instanceof IllegalArgumentException
              ? String.valueOf(cause.getMessage())
              : wrong.getOriginalMessage();
      throw new IllegalArgumentException("the contact policy: " + why, wrong);
    }
  }

  static ContactPolicy read(String document) {
    try {
      return read(JSON.readTree(document));
    } catch (JsonProcessingException malformed) {
      throw new IllegalStateException("a stored contact policy is not JSON", malformed);
    }
  }

  /** All fields; reading them gives the same policy. */
  public JsonNode write() {
    return JSON.valueToTree(this);
  }

  /** The zone by which a party's hours are told, if there is one. */
  Optional<ZoneId> zone(@Nullable String ofParty) {
    String zone = ofParty == null ? defaultZone : ofParty;
    try {
      return zone == null ? Optional.empty() : Optional.of(ZoneId.of(zone));
    } catch (DateTimeException unknown) {
      return Optional.empty();
    }
  }

  /** The hours of a date: its own if it is a holiday or a make-up workday, else its weekday's. */
  OpenHours on(LocalDate date) {
    if (holidays.contains(date)) {
      return holidayHours;
    }
    OpenHours open = hours.get(workdays.getOrDefault(date, date.getDayOfWeek()));
    return open == null ? OpenHours.CLOSED : open;
  }

  /**
   * The first instant at or after {@code at} at which the hours are open; empty if there is none in
   * two months.
   */
  Optional<Instant> nextOpening(Instant at, ZoneId zone, ClosedDays closedDays) {
    ZonedDateTime local = at.atZone(zone);
    for (int ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
      LocalDate date = local.toLocalDate().plusDays(ahead);
      OpenHours open = closedDays.contain(date) ? OpenHours.CLOSED : on(date);
      if (open.closed()) {
        continue;
      }
      if (ahead == 0 && open.contain(local.toLocalTime())) {
        return Optional.of(at);
      }
      LocalDateTime from = date.atStartOfDay().plusMinutes(open.fromMinute());
      // A clock change may skip that minute; then the first one after it is meant.
      ZonedDateTime opening = from.atZone(zone);
      if (opening.toInstant().isAfter(at) && open.contain(opening.toLocalTime())) {
        return Optional.of(opening.toInstant());
      }
    }
    return Optional.empty();
  }

  /** Days on which nobody is contacted, beside those of the policy. */
  @FunctionalInterface
  interface ClosedDays {

    boolean contain(LocalDate date);
  }

  private static boolean hasNull(Collection<?> values) {
    return values.stream().anyMatch(Objects::isNull);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
