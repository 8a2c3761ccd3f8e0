package dev.holdfast.simulation.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.activity.ActivityState;
import dev.holdfast.activity.Priors;
import dev.holdfast.training.Experiment;
import dev.holdfast.training.Exposures;
import dev.holdfast.training.FileHistories;
import dev.holdfast.training.HistorySource;
import dev.holdfast.training.Rehearsal;
import dev.holdfast.training.Replay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How early bells ring on real histories for customers who had a rhythm when they were first looked
 * at, at as many false alarms as rules of idle days ring. Prints the table of docs/studies.md;
 * asserted is what it shows to hold.
 */
@Tag("full")
class RealEarlinessTest {

  private static final Duration RUN_AT = Duration.ofHours(3);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          email_eu/emails.csv.gz|email_eu|14|3|2003-11-05|2003-12-20|2004-01-18|2004-02-20|2004-03-04|2|16|30|2 3 4 5 7|2 3 4 5
          complete_journey_sample/transactions_sample.csv.gz|complete_journey_transactions|30|10|2017-03-02|2017-08-01|2017-09-01|2017-12-01|2018-01-01|5|20|60|7 10 14 21|7 10 14 21
          """)
  void atEqualFalseAlarms(
      String file,
      String map,
      int awayDays,
      double usualGap,
      String regularAt,
      String cutoff,
      String from,
      String to,
      String heard,
      int spacing,
      int snapshots,
      int maximumIdleDays,
      String rules,
      String earlierThan) {
    String folder = System.getenv("HOLDFAST_DATA");
    Path path = Path.of(folder == null ? "../shared/data" : folder).resolve(file);
    assumeTrue(Files.exists(path), () -> "skipped: " + path + " is not there");
    FileHistories data =
        FileHistories.read(List.of(new Experiment.File(path.toString(), map)), line -> {});
    HistorySource regular =
        sink ->
            data.forEach(
                customer -> {
                  ActivityState state = new Replay(customer.events()).at(midnight(regularAt));
                  if (state.usageOccasions() >= 3
                      && state.usualGapDays(Priors.standard()) <= usualGap) {
                    sink.accept(customer);
                  }
                });
    Rehearsal model =
        Rehearsal.of(
            Experiment.parse(
                """
                name: real
                churn: {horizon: P%dD, maximumIdleDays: %d}
                lateness: P0D
                minimumHistoryDays: 30
                snapshots: {cutoff: %sT00:00:00Z, spacingDays: %d, count: %d, fade: 1}
                features: {families: [silence, rhythm, rate, trend, history]}
                logistic: {c: 0.3}
                calibration: platt
                """
                    .formatted(awayDays, maximumIdleDays, cutoff, spacing, snapshots),
                map),
            regular,
            Exposures.none(),
            line -> {});
    List<Alarm> alarms =
        List.of(
            Alarm.timer("idle rule", ActivityState::idleDays),
            Alarm.timer("own-gap rule", (s, at) -> s.idleDays(at) / s.usualGapDays(model.priors())),
            Alarm.timer("timers", model::risk),
            Alarm.daily("daily run", model::risk, RUN_AT, Duration.ZERO));
    Instant begins = midnight(from);
    Instant complete = midnight(heard);
    Listening listening =
        new Listening(
            begins,
            midnight(to),
            complete,
            (customer, lastUse, next) -> {
              Instant away = lastUse.plus(Duration.ofDays(awayDays));
              if (next != null) {
                return next.isBefore(away) ? Silence.End.RETURNED : Silence.End.LEFT;
              }
              return away.isAfter(complete) ? Silence.End.UNKNOWN : Silence.End.LEFT;
            });
    Earliness earliness =
        new Earliness(
            regular,
            listening,
            alarms,
            customer -> Duration.between(begins, midnight(to)).toDays());

    for (String rule : rules.split(" ", -1)) {
      int allowed = earliness.falseAlarms(0, Double.parseDouble(rule));
      Earliness.Heard all = earliness.at(allowed);
      StringBuilder row =
          new StringBuilder(
              String.format(
                  Locale.ROOT,
                  "| %s, %d leavers | %s | %.2f |",
                  map,
                  earliness.leavers(),
                  rule,
                  allowed / earliness.customerMonths()));
      for (int k = 0; k < alarms.size(); k++) {
        row.append(
            String.format(
                Locale.ROOT,
                " %.1f / %.1f |",
                all.of(k, Earliness::median),
                all.of(k, delays -> Earliness.meanUpTo(delays, awayDays))));
      }
      System.out.println(row);
      if (List.of(earlierThan.split(" ", -1)).contains(rule)) {
        assertThat(all.of(2, delays -> Earliness.meanUpTo(delays, awayDays)))
            .as("mean days of the timers at the false alarms of %s idle days", rule)
            .isLessThan(all.of(0, delays -> Earliness.meanUpTo(delays, awayDays)));
      }
    }
  }

  private static Instant midnight(String day) {
    return Instant.parse(day + "T00:00:00Z");
  }
}
