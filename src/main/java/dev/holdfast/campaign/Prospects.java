package dev.holdfast.campaign;

import dev.holdfast.model.ModelRegistry;
import dev.holdfast.model.RegisteredModel;
import dev.holdfast.model.Silence;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import dev.holdfast.scoring.DueTimers;
import dev.holdfast.scoring.Score;
import dev.holdfast.scoring.ScoringConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Who of a segment will reach a level of risk in the days to come if nothing happens, by the timers
 * already set. Up to {@value #MOST} timers are looked at one by one; of more, a part drawn by a
 * hash, so that it costs the same for any number of customers but for one range of the index.
 */
@ApplicationScoped
class Prospects {

  static final int MOST = 4_000;

  private static final int PAGE = 512;

  private final CampaignThresholds campaigns;
  private final Segments segments;
  private final DueTimers timers;
  private final CustomerStates states;
  private final ModelRegistry models;
  private final ScoringConfig scoring;

  Prospects(
      CampaignThresholds campaigns,
      Segments segments,
      DueTimers timers,
      CustomerStates states,
      ModelRegistry models,
      ScoringConfig scoring) {
    this.campaigns = campaigns;
    this.segments = segments;
    this.timers = timers;
    this.states = states;
    this.models = models;
    this.scoring = scoring;
  }

  /** A customer who will reach the level, and when; what was missed or waits counts as today's. */
  record Comer(CustomerState state, Instant at) {}

  /**
   * Those who come, as far as they were looked at.
   *
   * @param timers before the end of the days, of everybody
   * @param drawn of them, those looked at
   */
  record Coming(List<Comer> comers, long timers, long drawn) {

    /** How many come on a day; on the first also those who should have come before. */
    Estimate on(LocalDate day, boolean first) {
      Instant from = start(day);
      Instant to = start(day.plusDays(1));
      long found =
          comers.stream()
              .filter(one -> one.at().isBefore(to) && (first || !one.at().isBefore(from)))
              .count();
      return Estimate.of(found, drawn, timers);
    }
  }

  static Instant start(LocalDate day) {
    return day.atStartOfDay().toInstant(ZoneOffset.UTC);
  }

  /**
   * Who comes before the start of a day.
   *
   * @param allowed of those in the segment, who is counted
   */
  Coming coming(
      double level, SegmentExpression segment, LocalDate until, Predicate<CustomerState> allowed) {
    Instant end = start(until);
    long all = timers.due(end.minusNanos(1_000));
    long every = Math.max(1, (all + MOST - 1) / MOST);
    List<Long> drawn =
        timers.before(end, every).stream().map(DueTimers.DueTimer::customerId).toList();
    List<Comer> comers = new ArrayList<>();
    Crossings crossings = new Crossings(level);
    for (int from = 0; from < drawn.size(); from += PAGE) {
      Collection<CustomerState> page =
          states.read(drawn.subList(from, Math.min(drawn.size(), from + PAGE))).values();
      comers.addAll(comers(page, segment, end, allowed, crossings));
    }
    // Between the count and the list a timer may have been set.
    return new Coming(comers, Math.max(all, drawn.size()), drawn.size());
  }

  private List<Comer> comers(
      Collection<CustomerState> customers,
      SegmentExpression segment,
      Instant end,
      Predicate<CustomerState> allowed,
      Crossings crossings) {
    List<Comer> comers = new ArrayList<>();
    Set<Long> members = segments.members(segment, customers);
    for (CustomerState state : customers) {
      if (members.contains(state.customerId()) && allowed.test(state)) {
        crossings
            .of(state)
            .filter(at -> at.isBefore(end))
            .ifPresent(at -> comers.add(new Comer(state, at)));
      }
    }
    return comers;
  }

  /** When customers reach a level in silence. */
  Crossings crossings(double level) {
    return new Crossings(level);
  }

  /** When customers reach one level in silence; for one thread and one look. */
  final class Crossings {

    private final double level;
    private final double[] watched;
    private final @Nullable RegisteredModel champion;
    private final @Nullable Silence silence;

    private Crossings(double level) {
      this.level = level;
      this.watched =
          DoubleStream.concat(
                  DoubleStream.of(scoring.mediumFrom(), scoring.highFrom()),
                  DoubleStream.of(campaigns.levels()))
              .toArray();
      this.champion = models.champion().orElse(null);
      this.silence = champion == null ? null : champion.model().silence();
    }

    /**
     * When a customer does: by the timer if it is set for this level, else by the model that made
     * the score. Empty for who stands at it or above, never reaches it, or is yet to be judged by
     * the model that serves.
     */
    Optional<Instant> of(CustomerState state) {
      Score score = state.score();
      if (score == null || score.risk() >= level) {
        return Optional.empty();
      }
      Instant due = state.nextDue();
      if (due != null && nextWatched(score.risk()) == level) {
        return Optional.of(due);
      }
      if (champion == null || silence == null || champion.id() != score.modelId()) {
        return Optional.empty();
      }
      // Of a customer whose feed is behind, an event may be newer than what the score counts.
      Instant last = state.activity().lastOccurredAt();
      Instant from = last.isAfter(score.asOf()) ? last : score.asOf();
      return silence.of(state.activity()).firstAtOrAbove(level, from, scoring.crossingHorizon());
    }

    private double nextWatched(double risk) {
      return DoubleStream.of(watched).filter(one -> one > risk).min().orElse(Double.NaN);
    }
  }

  /** The states of customers, page by page, those without one left out. */
  List<CustomerState> read(List<Long> customerIds) {
    List<CustomerState> read = new ArrayList<>();
    for (int from = 0; from < customerIds.size(); from += PAGE) {
      Map<Long, CustomerState> page =
          states.read(customerIds.subList(from, Math.min(customerIds.size(), from + PAGE)));
      read.addAll(page.values());
    }
    return read;
  }
}
