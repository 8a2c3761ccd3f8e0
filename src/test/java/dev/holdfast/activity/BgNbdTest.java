package dev.holdfast.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class BgNbdTest {

  /** Fader, Hardie and Lee (2005), table 2: the 1/10 sample, 39 weeks, in weeks. */
  @Test
  void thePublishedParametersOfCdnowAreFound() throws IOException {
    Map<String, TreeSet<LocalDate>> days = cdnow();
    LocalDate end = LocalDate.of(1997, 9, 30);
    int n = days.size();
    int[] repeats = new int[n];
    double[] lastAge = new double[n];
    double[] age = new double[n];
    int i = 0;
    for (TreeSet<LocalDate> bought : days.values()) {
      LocalDate first = bought.first();
      LocalDate last = bought.floor(end);
      repeats[i] = bought.headSet(end, true).size() - 1;
      lastAge[i] = ChronoUnit.DAYS.between(first, last) / 7.0;
      age[i] = ChronoUnit.DAYS.between(first, end) / 7.0;
      i++;
    }

    BgNbd fitted = BgNbd.fit(repeats, lastAge, age);

    assertThat(n).isEqualTo(2357);
    assertThat(fitted.logLikelihood(repeats, lastAge, age)).isCloseTo(-9582.4, within(1.0));
    assertThat(fitted.r()).isCloseTo(0.243, withPercentage(1));
    assertThat(fitted.alpha()).isCloseTo(4.414, withPercentage(1));
    assertThat(fitted.a()).isCloseTo(0.793, withPercentage(1));
    assertThat(fitted.b()).isCloseTo(2.426, withPercentage(1));
  }

  @Test
  void silenceOnlyGrowsMoreLikelyWithAge() {
    BgNbd model = new BgNbd(0.243, 4.414, 0.793, 2.426);
    for (int repeats = 0; repeats < 50; repeats += 7) {
      double before = Double.NEGATIVE_INFINITY;
      for (int step = 0; step < 5_000; step++) {
        double lastAge = repeats == 0 ? 0 : 20;
        double now = model.logitSilent(repeats, lastAge, lastAge + step * 0.01, 4);
        assertThat(now).isGreaterThanOrEqualTo(before);
        before = now;
      }
    }
  }

  private static Map<String, TreeSet<LocalDate>> cdnow() throws IOException {
    String folder = System.getenv("HOLDFAST_DATA");
    Path file =
        Path.of(folder == null ? "../shared/data" : folder)
            .resolve("cdnow/cdnow_sample_transactions.csv.gz");
    assumeTrue(Files.exists(file), () -> "skipped: " + file + " is not there");
    Map<String, TreeSet<LocalDate>> days = new TreeMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      lines.readLine();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split(",");
        String date = cells[2].replace("-", "");
        days.computeIfAbsent(cells[1], c -> new TreeSet<>())
            .add(LocalDate.parse(date, DateTimeFormatter.BASIC_ISO_DATE));
      }
    }
    return days;
  }
}
