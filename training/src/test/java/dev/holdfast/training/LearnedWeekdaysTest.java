package dev.holdfast.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.evaluation.Auc;
import dev.holdfast.evaluation.Loss;
import dev.holdfast.evaluation.PairedDifference;
import dev.holdfast.evaluation.Scored;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same experiment with and without weights of the weekdays learnt from the training period, on
 * e-mails that few write at weekends. Prints the table of docs/studies.md.
 */
@Tag("full")
class LearnedWeekdaysTest {

  private static final int ROUNDS = 400;
  private static final List<String> CUTOFFS =
      List.of("2004-01-04", "2004-01-19", "2004-02-03", "2004-02-18");

  @ParameterizedTest
  @ValueSource(strings = {"P14D", "P7D"})
  void learningTheWeekdaysCostsNothingBeyondChance(String horizon) {
    String folder = System.getenv("HOLDFAST_DATA");
    Path path =
        Path.of(folder == null ? "../shared/data" : folder).resolve("email_eu/emails.csv.gz");
    assumeTrue(Files.exists(path), () -> "skipped: " + path + " is not there");
    FileHistories data =
        FileHistories.read(List.of(new Experiment.File(path.toString(), "email_eu")), line -> {});

    Map<String, List<Scored>> plain = scored(data, horizon, "");
    Map<String, List<Scored>> learnt = scored(data, horizon, "calendar: {weekdays: learned}");

    plain.forEach(
        (name, rows) -> {
          List<Scored> other = Objects.requireNonNull(learnt.get(name));
          PairedDifference difference = PairedDifference.of(other, rows, ROUNDS, 1);
          System.out.printf(
              Locale.ROOT,
              "| %s | %s | %.4f / %.4f | %.4f / %.4f | %+.4f (%+.4f to %+.4f) |%n",
              horizon,
              name,
              Auc.of(rows),
              Loss.log(rows),
              Auc.of(other),
              Loss.log(other),
              difference.logLoss().value(),
              difference.logLoss().low(),
              difference.logLoss().high());
        });
    PairedDifference blend =
        PairedDifference.of(
            Objects.requireNonNull(learnt.get(Trained.BLEND)),
            Objects.requireNonNull(plain.get(Trained.BLEND)),
            ROUNDS,
            1);
    assertThat(blend.logLoss().low()).isLessThanOrEqualTo(0);
  }

  /** The rows of all cut-offs together, by name of what judged them. */
  private static Map<String, List<Scored>> scored(
      FileHistories data, String horizon, String calendar) {
    Experiment experiment =
        Experiment.parse(
            """
            name: weekdays
            churn: {horizon: %s, maximumIdleDays: 0}
            lateness: P0D
            minimumHistoryDays: 30
            snapshots: {spacingDays: 7, count: 6}
            logistic: {c: 0.03}
            %s
            """
                .formatted(horizon, calendar),
            "weekdays");
    Map<String, List<Scored>> byName = new LinkedHashMap<>();
    for (String cutoff : CUTOFFS) {
      Experiment here = experiment.at(Instant.parse(cutoff + "T00:00:00Z"));
      SnapshotSet set = SnapshotSet.of(here, data, Exposures.none(), line -> {});
      System.out.println(horizon + " " + cutoff + " weekdays " + set.priors().weekdays());
      List<Candidate> all = new ArrayList<>();
      Trained.all(here, set.training(), set.test(), set.cutoff(), line -> {})
          .forEach(trained -> all.add(trained.figures()));
      all.addAll(Rivals.of(set));
      for (Candidate candidate : all) {
        byName.computeIfAbsent(candidate.name(), n -> new ArrayList<>()).addAll(candidate.scored());
      }
    }
    return byName;
  }
}
