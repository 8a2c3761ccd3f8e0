package dev.holdfast.effect.report;

import dev.holdfast.activity.Priors;
import dev.holdfast.campaign.EpisodeModels;
import dev.holdfast.effect.AssignedLabel;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventStore;
import dev.holdfast.event.Source;
import dev.holdfast.event.Sources;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Rounds;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What became of assigned parties: as it was kept or, where it was not, from the events. Both ways
 * give the same.
 */
@ApplicationScoped
class AssignedLabels {

  /** Histories in memory at a time, and customers locked at a time. */
  private static final int AT_ONCE = 256;

  private final DataSource database;
  private final LabelRows rows;
  private final EventStore events;
  private final Sources sources;
  private final EpisodeModels models;
  private final BusinessClock clock;
  private final EffectConfig config;
  private final Rounds rounds;

  AssignedLabels(
      DataSource database,
      LabelRows rows,
      EventStore events,
      Sources sources,
      EpisodeModels models,
      BusinessClock clock,
      EffectConfig config,
      Rounds rounds) {
    this.database = database;
    this.rows = rows;
    this.events = events;
    this.sources = sources;
    this.models = models;
    this.clock = clock;
    this.config = config;
    this.rounds = rounds;
  }

  /** What is the same for all parties of a look. */
  private final class Look {

    private final Instant now;
    private final Map<Integer, Instant> reported = new HashMap<>();
    private final Map<Integer, Optional<Priors>> priors = new HashMap<>();

    /** Up to where all events of anybody are known, whatever source they are from. */
    private final Instant certain;

    Look(Instant now) {
      this.now = now;
      for (Source source : sources.all()) {
        Instant through = source.watermark().reached();
        if (through != null) {
          reported.put(source.id(), through);
        }
      }
      this.certain =
          inUse().stream().map(this::complete).min(Comparator.naturalOrder()).orElse(now);
    }

    /** Up to where all events of a customer with this source are known. */
    private Instant complete(@Nullable Integer source) {
      Instant through = source == null ? now : reported.getOrDefault(source, Instant.EPOCH);
      return through.isBefore(now) ? through : now;
    }

    Optional<Priors> priors(Membership member) {
      Integer model = member.modelId();
      return model == null ? Optional.empty() : priors.computeIfAbsent(model, models::priorsOf);
    }

    AssignedLabel measured(
        Membership member, List<Event> history, Priors asked, @Nullable Integer source) {
      return AssignedLabel.of(history, asked, config.days(), member.assignedAt(), complete(source));
    }

    /** Sorts members into those of whom what is kept says all, and those who must be measured. */
    void sort(Collection<Membership> members, List<Followed> known, List<Membership> unknown) {
      List<Membership> doubtful = new ArrayList<>();
      for (Membership member : members) {
        AssignedLabel kept = member.kept();
        if (kept == null) {
          if (member.known() && member.modelId() != null) {
            unknown.add(member);
          }
        } else if (!kept.maturedAt().isAfter(certain)) {
          sort(member, kept.asOf(certain), known, unknown);
        } else if (kept.maturedAt().isAfter(now)) {
          sort(member, kept.asOf(now), known, unknown);
        } else {
          doubtful.add(member);
        }
      }
      for (List<Membership> some : pages(doubtful)) {
        Map<Long, @Nullable Integer> from = sourcesOf(some);
        for (Membership member : some) {
          AssignedLabel kept = Objects.requireNonNull(member.kept());
          sort(member, kept.asOf(complete(from.get(member.customerId()))), known, unknown);
        }
      }
    }

    private void sort(
        Membership member,
        Optional<AssignedLabel> label,
        List<Followed> known,
        List<Membership> unknown) {
      if (label.isPresent()) {
        known.add(new Followed(member, label.get()));
      } else {
        unknown.add(member);
      }
    }
  }

  /** The members of whom something may be known, in no order. */
  List<Followed> follow(Collection<Membership> members, Instant now) {
    Look look = new Look(now);
    List<Followed> followed = new ArrayList<>(members.size());
    List<Membership> unknown = new ArrayList<>();
    look.sort(members, followed, unknown);
    Priors standard = Priors.standard();
    for (List<Membership> some : pages(unknown)) {
      Map<Long, @Nullable Integer> from = sourcesOf(some);
      Map<Long, List<Event>> histories = events.historiesOf(customers(some));
      for (Membership member : some) {
        followed.add(
            new Followed(
                member,
                look.measured(
                    member,
                    histories.getOrDefault(member.customerId(), List.of()),
                    look.priors(member).orElse(standard),
                    from.get(member.customerId()))));
      }
    }
    return followed;
  }

  /**
   * Measures what is not kept of the members and keeps it, page by page, each in a transaction of
   * its own. Whose state somebody holds is left to the next time, and so is the rest when the
   * service stops.
   */
  void keep(Collection<Membership> members) {
    Look look = new Look(clock.now());
    List<Membership> unknown = new ArrayList<>();
    look.sort(members, new ArrayList<>(), unknown);
    unknown.removeIf(member -> look.priors(member).isEmpty());
    unknown.sort(Comparator.comparingLong(Membership::customerId));
    for (List<Membership> some : pages(unknown)) {
      if (!rounds.on()) {
        return;
      }
      QuarkusTransaction.requiringNew().run(() -> keep(some, look));
    }
  }

  private void keep(List<Membership> members, Look look) {
    try (Connection connection = database.getConnection()) {
      Map<Long, @Nullable Integer> locked = rows.lockFree(connection, customers(members));
      Map<Long, List<Event>> histories = events.historiesOf(locked.keySet());
      List<LabelRows.Row> measured = new ArrayList<>(members.size());
      for (Membership member : members) {
        long customer = member.customerId();
        if (locked.containsKey(customer)) {
          measured.add(
              new LabelRows.Row(
                  member,
                  look.measured(
                      member,
                      histories.getOrDefault(customer, List.of()),
                      look.priors(member).orElseThrow(),
                      locked.get(customer))));
        }
      }
      rows.keep(connection, config.days(), measured);
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot keep what became of assigned parties", failure);
    }
  }

  private Map<Long, @Nullable Integer> sourcesOf(List<Membership> members) {
    try (Connection connection = database.getConnection()) {
      return rows.sources(connection, customers(members));
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the sources of customers", failure);
    }
  }

  private Set<Integer> inUse() {
    try (Connection connection = database.getConnection()) {
      return rows.inUse(connection);
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot read the sources in use", failure);
    }
  }

  private static List<Long> customers(List<Membership> members) {
    return members.stream().map(Membership::customerId).toList();
  }

  private static List<List<Membership>> pages(List<Membership> members) {
    List<List<Membership>> pages = new ArrayList<>();
    for (int from = 0; from < members.size(); from += AT_ONCE) {
      pages.add(members.subList(from, Math.min(members.size(), from + AT_ONCE)));
    }
    return pages;
  }
}
