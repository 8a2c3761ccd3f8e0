package dev.holdfast.training;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.ChurnLabel;
import dev.holdfast.activity.LabelWindow;
import dev.holdfast.campaign.CampaignRule;
import dev.holdfast.campaign.ExpectedGain;
import dev.holdfast.campaign.ReplayResult;
import dev.holdfast.campaign.ReplaySettings;
import dev.holdfast.model.ChurnModel;
import dev.holdfast.platform.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Tries a campaign on the past, see {@link ReplayResult}. */
public final class CampaignReplay {

  /** The thresholds of the naive rule that are tried, in days. */
  private static final int[] IDLE_DAYS = {2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 21, 28, 42, 60, 90};

  private CampaignReplay() {}

  /**
   * Tries a campaign.
   *
   * @param source read twice
   * @param model that judges, as it is today: if it learnt from this time, it does better here than
   *     it would have done
   * @param settings the days; its threshold is the rule's already
   * @param every the histories are of one in so many customers; 1 for all
   * @throws Problem 409 if there is no history
   */
  public static ReplayResult of(
      HistorySource source,
      ChurnModel model,
      CampaignRule rule,
      ReplaySettings settings,
      long every) {
    Instant complete =
        source
            .knownThrough()
            .orElseThrow(() -> Problem.conflict("There is no history to try a campaign on"));
    Pass pass = new Pass(model, rule, settings, complete);
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

    Pass(ChurnModel model, CampaignRule campaign, ReplaySettings settings, Instant complete) {
      this.model = model;
      this.campaign = campaign;
      this.from = settings.from();
      this.length = (int) (settings.to().toEpochDay() - from.toEpochDay());
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

    ReplayResult result(long every) {
      int best = 0;
      for (int i = 1; i < byIdle.length; i++) {
        if (Math.abs(byIdle[i].alarms() - byRule.alarms())
            < Math.abs(byIdle[best].alarms() - byRule.alarms())) {
          best = i;
        }
      }
      List<ReplayResult.Day> days = new ArrayList<>();
      for (int day = 0; day < length; day++) {
        days.add(byRule.on(from.plusDays(day), day));
      }
      return new ReplayResult(
          campaign.campaign(),
          from,
          from.plusDays(length),
          every,
          customers,
          leavers,
          standing,
          campaign.begins() == null ? campaign.enterThreshold() : null,
          figures(byRule),
          figures(byIdle[best]),
          IDLE_DAYS[best],
          days);
    }

    private ReplayResult.Figures figures(Tally tally) {
      int catches = tally.sum(tally.catches);
      int falseAlarms = tally.sum(tally.falseAlarms);
      int unknown = tally.sum(tally.unknown);
      int alarms = catches + falseAlarms + unknown;
      double share = 1 - campaign.holdOutShare();
      double calls = alarms * share;
      ExpectedGain gain = campaign.gain();
      double cost = gain.cost(calls, share * catches, share * falseAlarms);
      return new ReplayResult.Figures(
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

    ReplayResult.Day on(LocalDate date, int day) {
      return new ReplayResult.Day(
          date,
          catches[day] + falseAlarms[day] + unknown[day],
          catches[day],
          falseAlarms[day],
          unknown[day]);
    }
  }
}
