package dev.holdfast.training;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.calendar.Calendars;
import dev.holdfast.campaign.CampaignRule;
import dev.holdfast.campaign.HistoryReplay;
import dev.holdfast.campaign.ReplayResult;
import dev.holdfast.campaign.ReplaySettings;
import dev.holdfast.event.EventStore;
import dev.holdfast.model.ChurnModel;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/** Tries campaigns on the stored history. */
@ApplicationScoped
class StoreReplay implements HistoryReplay {

  /** Histories in memory: a service that replays serves beside it. */
  private static final int CUSTOMERS_AT_ONCE = 20;

  private final EventStore events;
  private final Calendars calendars;

  StoreReplay(EventStore events, Calendars calendars) {
    this.events = events;
    this.calendars = calendars;
  }

  @Override
  public ReplayResult of(
      ChurnModel model,
      CampaignRule rule,
      ReplaySettings settings,
      Drawn drawn,
      DoubleConsumer share) {
    OperationalCalendar calendar = calendars.inForce();
    List<Long> customers = drawn.customers();
    HistorySource histories =
        customers == null
            ? new StoreHistories(events, calendar)
            : StoreHistories.of(events, calendar, customers, CUSTOMERS_AT_ONCE);
    return CampaignReplay.of(
        new Told(histories, drawn.count(), share), model, rule, settings, drawn.every());
  }

  /** Histories of which it is told how many are done. */
  private record Told(HistorySource source, long customers, DoubleConsumer share)
      implements HistorySource {

    @Override
    public void forEach(Consumer<CustomerHistory> consumer) {
      long[] done = {0};
      source.forEach(
          customer -> {
            consumer.accept(customer);
            done[0]++;
            share.accept(Math.min(1, (double) done[0] / Math.max(1, customers)));
          });
    }

    @Override
    public Optional<Instant> knownThrough() {
      return source.knownThrough();
    }

    @Override
    public OperationalCalendar calendar() {
      return source.calendar();
    }
  }
}
