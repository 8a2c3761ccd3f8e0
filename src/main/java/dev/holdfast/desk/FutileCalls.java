package dev.holdfast.desk;

import dev.holdfast.desk.CallTallies.Futile;
import dev.holdfast.platform.BusinessClock;
import dev.holdfast.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls that reached nobody: by whom, and at what hour of the customers. */
@ApplicationScoped
public class FutileCalls {

  private static final int DAYS = 28;

  private final CallTallies tallies;
  private final BusinessClock clock;

  FutileCalls(CallTallies tallies, BusinessClock clock) {
    this.tallies = tallies;
    this.clock = clock;
  }

  /**
   * Calls of one agent or one hour.
   *
   * @param of the agent, or the hour from 0 to 23 where the customers are
   * @param share of the calls that reached nobody, in [0, 1]
   */
  public record Row(String of, int calls, int noAnswer, int busy, int wrongNumber, double share) {}

  /**
   * The report.
   *
   * @param from first day, UTC
   * @param to last day
   * @param calls that we made in all
   * @param share of them that reached nobody, in [0, 1]
   * @param byAgent the most futile calls first
   * @param byHour by the hour
   */
  public record Report(
      LocalDate from, LocalDate to, int calls, double share, List<Row> byAgent, List<Row> byHour) {}

  /**
   * Counts what was heard since the last count. The service does so every ten seconds; a command
   * that runs beside none must ask for it.
   */
  public void count() {
    tallies.update();
  }

  /**
   * The report of some days, of what was counted so far.
   *
   * @param from first day, 27 days before the last if null
   * @param to last day, today if null
   * @throws Problem 400 if it ends before it begins
   */
  public Report between(@Nullable LocalDate from, @Nullable LocalDate to) {
    LocalDate last = to == null ? LocalDate.ofInstant(clock.now(), ZoneOffset.UTC) : to;
    LocalDate first = from == null ? last.minusDays(DAYS - 1) : from;
    if (first.isAfter(last)) {
      throw Problem.badRequest("from must not be after to, were " + first + " and " + last);
    }
    List<Futile> byAgent = tallies.futileByAgent(first, last);
    int calls = byAgent.stream().mapToInt(Futile::calls).sum();
    int futile = byAgent.stream().mapToInt(Futile::futile).sum();
    return new Report(
        first,
        last,
        calls,
        calls == 0 ? 0 : (double) futile / calls,
        rows(byAgent),
        rows(tallies.futileByHour(first, last)));
  }

  private static List<Row> rows(List<Futile> counted) {
    return counted.stream()
        .map(
            one ->
                new Row(
                    one.of(),
                    one.calls(),
                    one.noAnswer(),
                    one.busy(),
                    one.wrongNumber(),
                    one.share()))
        .toList();
  }
}
