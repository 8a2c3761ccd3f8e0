package dev.holdfast.training;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.ChurnLabel;
import dev.holdfast.activity.LabelWindow;
import dev.holdfast.campaign.CampaignRule;
import dev.holdfast.campaign.ExpectedGain;
import dev.holdfast.model.ChurnModel;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A campaign tried on the past: whom it would have called on each day, by what was known then, and
 * who of them churned. Customers are looked at once a day, at its start in UTC, with the hysteresis
 * and the cool-down of the campaign; beside it stands the idle rule that calls about as many.
 *
 * <p>What really happened to customers who were contacted at the time is taken as it is.
 *
 * @param campaign name
 * @param from first day
 * @param to day after the last
 * @param every one in so many customers was looked at, drawn by a hash; figures are of these
 * @param customers of these, members whom retention could be about on one day at least
 * @param leavers of these, who churned: on one day at least, the horizon that followed was silent
 *     (or the contract ended in it)
 * @param standing customers who stood above already on the first day, and open no episode here:
 *     they come by the intake
 * @param rule what the campaign would have done
 * @param idle what the idle rule would have done that calls about as many
 * @param idleDays of that rule
 * @param days the campaign's list, day by day
 */
public record CampaignReplay(
    String campaign,
    LocalDate from,
    LocalDate to,
    long every,
    int customers,
    int leavers,
    int standing,
    Figures rule,
    Figures idle,
    int idleDays,
    List<Day> days) {

  /** The thresholds of the naive rule that are tried, in days. */
  private static final int[] IDLE_DAYS = {2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 21, 28, 42, 60, 90};

  private static final int LONGEST_DAYS = 366;

  /**
   * What a rule would have done.
   *
   * @param alarms episodes opened
   * @param catches of them, customers who then churned
   * @param falseAlarms who stayed
   * @param unknown whose horizon is not over, or who say nothing (suspended, contract ended)
   * @param precision catches among those known; absent if nothing is
   * @param recall leavers caught at least once, among all leavers; absent if nobody left
   * @param quietDays from the alarm back to the last use, on average over the catches: how late it
   *     was; absent without any
   * @param calls episodes less the hold-out
   * @param minutesADay agent minutes, on average
   * @param cost calls, and offers taken by all who would have stayed and by the leavers kept
   * @param gain margin of the leavers kept, less cost; as many are as is taken where nobody
   *     measured it, 30 percent; each with its own margin where the campaign knows it, by the
   *     profile of today
   */
  public record Figures(
      int alarms,
      int catches,
      int falseAlarms,
      int unknown,
      @Nullable Double precision,
      @Nullable Double recall,
      @Nullable Double quietDays,
      double calls,
      double minutesADay,
      double cost,
      double gain) {}

  /** A day's list: how many episodes it would have opened, and what became of them. */
  public record Day(LocalDate day, int alarms, int catches, int falseAlarms, int unknown) {}

  /**
   * Tries a campaign.
   *
   * @param source read twice
   * @param model that judges, as it is today: if it learnt from this time, it does better here than
   *     it would have done
   * @param from first day
   * @param to day after the last, at most 366 later
   * @param every the histories are of one in so many customers; 1 for all
   * @throws IllegalArgumentException if the days are in the wrong order or too many
   * @throws IllegalStateException if there is no history
   */
  public static CampaignReplay of(
      HistorySource source,
      ChurnModel model,
      CampaignRule rule,
      LocalDate from,
      LocalDate to,
      long every) {
    if (!from.isBefore(to) || from.plusDays(LONGEST_DAYS).isBefore(to)) {
      throw new IllegalArgumentException(
          "--to must be 1 to " + LONGEST_DAYS + " days after --from, were " + from + " and " + to);
    }
    Instant complete =
        source
            .knownThrough()
            .orElseThrow(
                () -> new IllegalStateException("There is no history to try a campaign on"));
    Pass pass = new Pass(model, rule, from, to, complete);
    source.forEach(
        customer -> pass.add(customer, new Replay(customer.events(), source.calendar())));
    return pass.result(every);
  }

  private static final class Pass {

    private final ChurnModel model;
    private final CampaignRule campaign;
    private final LocalDate from;
    private final int length;
    private final Instant complete;
    private final int episodeDays;
    private final Tally byRule;
    private final Tally[] byIdle = new Tally[IDLE_DAYS.length];
    private int customers;
    private int leavers;
    private int standing;

    Pass(ChurnModel model, CampaignRule campaign, LocalDate from, LocalDate to, Instant complete) {
      this.model = model;
      this.campaign = campaign;
      this.from = from;
      this.length = (int) (to.toEpochDay() - from.toEpochDay());
      this.complete = complete;
      this.episodeDays = campaign.begins() == null ? 0 : campaign.begins().episodeDays();
      this.byRule = new Tally(length);
      for (int i = 0; i < byIdle.length; i++) {
        byIdle[i] = new Tally(length);
      }
    }

    void add(CustomerHistory customer, Replay replay) {
      Watch ours = new Watch(byRule, campaign.coolDownDays());
      Watch[] naive = new Watch[byIdle.length];
      for (int i = 0; i < naive.length; i++) {
        naive[i] = new Watch(byIdle[i], campaign.coolDownDays());
      }
      CampaignRule.Member member = campaign.members().of(customer.customerId());
      boolean met = false;
      boolean left = false;
      for (int day = 0; day < length; day++) {
        Instant at = from.plusDays(day).atStartOfDay().toInstant(ZoneOffset.UTC);
        ActivityState state = replay.at(at);
        Instant last = state.lastUsageAt();
        if (last == null || state.closed()) {
          continue;
        }
        double risk = model.risk(state, at);
        boolean eligible =
            !last.plus(campaign.lapsedAfter()).isBefore(at)
                && model.priors().churn().eligible(state, at)
                && member.holds(state, at, risk);
        boolean first = day == 0;
        boolean calls = ours.calls(day, eligible, begins(customer, at, risk), over(risk));
        standing += first && eligible && over(risk) == Over.ABOVE ? 1 : 0;
        double idle = state.idleDays(at);
        boolean anyCall = calls;
        boolean[] naiveCalls = new boolean[naive.length];
        for (int i = 0; i < naive.length; i++) {
          Over side = idle >= IDLE_DAYS[i] ? Over.ABOVE : Over.BELOW;
          naiveCalls[i] = naive[i].calls(day, eligible, side == Over.ABOVE, side);
          anyCall |= naiveCalls[i];
        }
        met |= eligible;
        if (!anyCall && (left || !eligible)) {
          continue;
        }
        ChurnLabel label =
            model
                .priors()
                .churn()
                .label(
                    customer.events(),
                    LabelWindow.of(at, Duration.ZERO, model.priors().horizonDays(state), complete));
        left |= eligible && label == ChurnLabel.CHURNED;
        double silentDays = Duration.between(last, at).toSeconds() / 86_400.0;
        double value = 0;
        if (anyCall && label == ChurnLabel.CHURNED) {
          Double own = member.value(state, at, risk);
          value = own == null ? campaign.gain().customerValue() : own;
        }
        if (calls) {
          ours.called(day, label, silentDays, value);
        }
        for (int i = 0; i < naive.length; i++) {
          if (naiveCalls[i]) {
            naive[i].called(day, label, silentDays, value);
          }
        }
      }
      customers += met ? 1 : 0;
      leavers += left ? 1 : 0;
    }

    private boolean begins(CustomerHistory customer, Instant at, double risk) {
      CampaignRule.Begins begins = campaign.begins();
      if (begins == null) {
        return risk >= campaign.enterThreshold();
      }
      Instant since = at.minus(Duration.ofDays(1));
      return customer.events().stream()
          .anyMatch(
              event -> {
                Instant occurred = event.occurredAt();
                Instant known =
                    event.availableAt().isAfter(occurred) ? event.availableAt() : occurred;
                return known.isAfter(since)
                    && !known.isAfter(at)
                    && !known.isAfter(occurred.plus(begins.latestArrival()))
                    && begins.event().test(event);
              });
    }

    private Over over(double risk) {
      if (campaign.begins() != null) {
        return Over.EVENT;
      }
      if (risk >= campaign.enterThreshold()) {
        return Over.ABOVE;
      }
      return risk < campaign.leaveThreshold() ? Over.BELOW : Over.BETWEEN;
    }

    /** Where a customer stands; an event has no sides, its episode is over after its days. */
    private enum Over {
      ABOVE,
      BETWEEN,
      BELOW,
      EVENT
    }

    /** One rule on one customer. */
    private final class Watch {

      private final Tally tally;
      private final int coolDownDays;
      private boolean open;
      private boolean armed;
      private int openedOn;
      private int restsUntil;
      private boolean caught;

      Watch(Tally tally, int coolDownDays) {
        this.tally = tally;
        this.coolDownDays = coolDownDays;
      }

      /** True if an episode opens on this day. */
      boolean calls(int day, boolean eligible, boolean begins, Over side) {
        boolean over = side == Over.EVENT ? day - openedOn >= episodeDays : side == Over.BELOW;
        if (open && over) {
          open = false;
          restsUntil = day + coolDownDays;
        }
        // Whoever stands above on the first day did not cross.
        boolean crosses = begins && (armed || side == Over.EVENT);
        armed = !begins;
        if (open || !crosses || !eligible || day < restsUntil) {
          return false;
        }
        open = true;
        openedOn = day;
        return true;
      }

      void called(int day, ChurnLabel label, double silentDays, double value) {
        tally.add(day, label, silentDays, value);
        if (label == ChurnLabel.CHURNED && !caught) {
          caught = true;
          tally.caught++;
        }
      }
    }

    CampaignReplay result(long every) {
      int best = 0;
      for (int i = 1; i < byIdle.length; i++) {
        if (Math.abs(byIdle[i].alarms() - byRule.alarms())
            < Math.abs(byIdle[best].alarms() - byRule.alarms())) {
          best = i;
        }
      }
      List<Day> days = new ArrayList<>();
      for (int day = 0; day < length; day++) {
        days.add(byRule.on(from.plusDays(day), day));
      }
      return new CampaignReplay(
          campaign.campaign(),
          from,
          from.plusDays(length),
          every,
          customers,
          leavers,
          standing,
          figures(byRule),
          figures(byIdle[best]),
          IDLE_DAYS[best],
          List.copyOf(days));
    }

    private Figures figures(Tally tally) {
      int catches = tally.sum(tally.catches);
      int falseAlarms = tally.sum(tally.falseAlarms);
      int unknown = tally.sum(tally.unknown);
      int alarms = catches + falseAlarms + unknown;
      double share = 1 - campaign.holdOutShare();
      double calls = alarms * share;
      ExpectedGain gain = campaign.gain();
      double cost = gain.cost(calls, share * catches, share * falseAlarms);
      return new Figures(
          alarms,
          catches,
          falseAlarms,
          unknown,
          catches + falseAlarms == 0 ? null : (double) catches / (catches + falseAlarms),
          leavers == 0 ? null : (double) tally.caught / leavers,
          catches == 0 ? null : tally.silentDays / catches,
          calls,
          calls * gain.minutesPerCall() / length,
          cost,
          ExpectedGain.keptByPrior(share) * tally.value - cost);
    }
  }

  /** What a rule did, by day. */
  private static final class Tally {

    private final int[] catches;
    private final int[] falseAlarms;
    private final int[] unknown;
    private int caught;
    private double silentDays;

    /** Of those caught together, in money. */
    private double value;

    Tally(int days) {
      catches = new int[days];
      falseAlarms = new int[days];
      unknown = new int[days];
    }

    void add(int day, ChurnLabel label, double silent, double worth) {
      switch (label) {
        case CHURNED -> {
          catches[day]++;
          silentDays += silent;
          value += worth;
        }
        case STAYED -> falseAlarms[day]++;
        default -> unknown[day]++;
      }
    }

    int sum(int[] byDay) {
      int sum = 0;
      for (int one : byDay) {
        sum += one;
      }
      return sum;
    }

    int alarms() {
      return sum(catches) + sum(falseAlarms) + sum(unknown);
    }

    Day on(LocalDate date, int day) {
      return new Day(
          date,
          catches[day] + falseAlarms[day] + unknown[day],
          catches[day],
          falseAlarms[day],
          unknown[day]);
    }
  }
}
