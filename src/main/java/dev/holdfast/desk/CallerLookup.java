package dev.holdfast.desk;

import dev.holdfast.customer.Customers;
import dev.holdfast.customer.Customers.Member;
import dev.holdfast.customer.Profiles;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.scoring.Standings;
import dev.holdfast.scoring.Standings.Standing;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a caller, as much of it as can be read before a deadline: a contact centre that
 * waits for us puts the caller through by its own rule. A part that is late or fails is left out
 * and named; what it costs nobody waits for.
 */
@ApplicationScoped
class CallerLookup {

  private static final Logger LOG = Logger.getLogger(CallerLookup.class);

  /** Lookups that may wait for each thread; a longer queue would be late anyway. */
  private static final int WAITING_FOR_EACH = 4;

  private static final Duration LATELY = Duration.ofHours(24);

  private final Customers customers;
  private final Profiles profiles;
  private final Standings standings;
  private final LatestSteps steps;
  private final BusinessClock clock;
  private final ThreadPoolExecutor threads;

  CallerLookup(
      Customers customers,
      Profiles profiles,
      Standings standings,
      LatestSteps steps,
      RoutingConfig config,
      BusinessClock clock) {
    this.customers = customers;
    this.profiles = profiles;
    this.standings = standings;
    this.steps = steps;
    this.clock = clock;
    this.threads =
        new ThreadPoolExecutor(
            config.lookups(),
            config.lookups(),
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(config.lookups() * WAITING_FOR_EACH),
            work -> {
              Thread thread = new Thread(work, "route-lookup");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }

  /** What is looked up, in this order. */
  enum Topic {
    CUSTOMER,
    PROFILE,
    STATE,
    TASKS,
    STEPS;

    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Who calls: one of the customers of a party. */
  record Who(long customerId, long partyId, String name, boolean ambiguous) {}

  /**
   * What was found in time; a thread of its own writes it, part by part.
   *
   * <p>A part that is neither found nor left out was looked for and is not there.
   */
  static final class Found {

    private final Set<Topic> done = EnumSet.noneOf(Topic.class);
    private @Nullable Who who;
    private Map<String, Object> profile = Map.of();
    private @Nullable Standing standing;
    private List<LatestSteps.Step> steps = List.of();
    private List<LatestSteps.OpenTask> tasks = List.of();
    private boolean closed;

    private synchronized boolean put(Topic topic, Runnable write) {
      if (closed) {
        return false;
      }
      write.run();
      done.add(topic);
      return true;
    }

    /** From here on nothing more is written. */
    private synchronized void close() {
      closed = true;
    }

    private synchronized boolean isClosed() {
      return closed;
    }

    synchronized List<String> leftOut() {
      return Arrays.stream(Topic.values())
          .filter(topic -> !done.contains(topic))
          .map(Topic::wireName)
          .toList();
    }

    synchronized @Nullable Who who() {
      return who;
    }

    synchronized Map<String, Object> profile() {
      return profile;
    }

    synchronized @Nullable Standing standing() {
      return standing;
    }

    synchronized List<LatestSteps.Step> steps() {
      return steps;
    }

    synchronized List<LatestSteps.OpenTask> tasks() {
      return tasks;
    }
  }

  /**
   * Looks a caller up until the deadline.
   *
   * @param customer {@code namespace:value}, null if only the number is known
   * @param phone number from which the call comes, null if suppressed
   * @param deadline how long the caller of this waits
   */
  Found look(@Nullable String customer, @Nullable String phone, Duration deadline) {
    Found found = new Found();
    CompletableFuture<Void> work;
    try {
      work = CompletableFuture.runAsync(() -> look(customer, phone, found), threads);
    } catch (RejectedExecutionException busy) {
      found.close();
      return found;
    }
    try {
      work.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      LOG.debugf("A caller was not looked up in time; left out: %s", found.leftOut());
    } catch (ExecutionException failure) {
      LOG.debugf(failure, "A caller could not be looked up; left out: %s", found.leftOut());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } finally {
      found.close();
    }
    return found;
  }

  private void look(@Nullable String customer, @Nullable String phone, Found found) {
    if (found.isClosed()) {
      // It waited for a thread until nobody waited for it.
      return;
    }
    Instant now = clock.now();
    List<Member> members = members(customer, phone, now);
    if (members.isEmpty()) {
      // Nothing more is known of somebody unknown.
      Arrays.stream(Topic.values()).forEach(topic -> found.put(topic, () -> {}));
      return;
    }
    boolean ambiguous = members.stream().map(Member::partyId).distinct().count() > 1;
    Member first = members.get(0);
    if (ambiguous) {
      found.put(Topic.CUSTOMER, () -> found.who = new Who(0, 0, "", true));
      Arrays.stream(Topic.values()).forEach(topic -> found.put(topic, () -> {}));
      return;
    }
    List<Long> ids = members.stream().map(Member::customerId).toList();
    Map<Long, String> names = customers.namesOf(ids);
    Who who =
        new Who(
            first.customerId(),
            first.partyId(),
            names.getOrDefault(first.customerId(), "id:" + first.customerId()),
            false);
    if (!found.put(Topic.CUSTOMER, () -> found.who = who)) {
      return;
    }
    Map<Long, Map<String, Object>> known = profiles.values(ids);
    Map<String, Object> profile = known.getOrDefault(first.customerId(), Map.of());
    if (!found.put(Topic.PROFILE, () -> found.profile = profile)) {
      return;
    }
    // Of several lines of one person, the one that is most likely to go.
    Map<Long, Standing> all = standings.of(ids);
    Standing standing =
        all.values().stream().max(Comparator.comparingDouble(Standing::risk)).orElse(null);
    if (!found.put(Topic.STATE, () -> found.standing = standing)) {
      return;
    }
    List<LatestSteps.OpenTask> tasks = steps.openTasks(first.partyId());
    if (!found.put(Topic.TASKS, () -> found.tasks = tasks)) {
      return;
    }
    List<LatestSteps.Step> lately = steps.of(ids, first.partyId(), now.minus(LATELY));
    found.put(Topic.STEPS, () -> found.steps = lately);
  }

  private List<Member> members(@Nullable String customer, @Nullable String phone, Instant now) {
    if (customer != null) {
      List<Member> named = named(customer, now);
      if (!named.isEmpty()) {
        return named;
      }
    }
    return phone == null ? List.of() : customers.ofNumber(phone);
  }

  private List<Member> named(String customer, Instant now) {
    try {
      return customers
          .find(customer, now)
          .map(id -> customers.partiesOf(List.of(id)))
          .map(
              parties ->
                  parties.entrySet().stream()
                      .map(one -> new Member(one.getKey(), one.getValue()))
                      .toList())
          .orElse(List.of());
    } catch (IllegalArgumentException malformed) {
      // The caller waits: a name that is none means nobody, and is no reason to refuse an answer.
      return List.of();
    }
  }
}
