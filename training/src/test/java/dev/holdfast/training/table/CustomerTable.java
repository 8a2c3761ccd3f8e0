package dev.holdfast.training.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Customers of a telecom line, drawn from a seed: churn rises with complaints, falls with tenure,
 * and jumps with the total of three charges.
 */
public final class CustomerTable {

  public static final String HEADER =
      "id,plan,tenure,day_charge,evening_charge,night_charge,Complaints  <90 d>,paperless,region,churn";

  private CustomerTable() {}

  /** Writes a header and n customers. */
  public static Path write(Path file, int n, long seed) throws IOException {
    StringBuilder csv = new StringBuilder(HEADER).append('\n');
    Random random = new Random(seed);
    for (int i = 0; i < n; i++) {
      double day = 20 + 10 * random.nextGaussian();
      double evening = 15 + 5 * random.nextGaussian();
      double night = 10 + 4 * random.nextGaussian();
      int tenure = random.nextInt(72);
      int complaints = random.nextInt(4);
      String plan = List.of("basic", "plus", "gold").get(random.nextInt(3));
      double logOdds =
          -1.5
              + 0.8 * complaints
              - 0.04 * tenure
              + (day + evening + night > 55 ? 2.5 : 0)
              + (plan.equals("gold") ? -0.8 : 0);
      boolean churned = random.nextDouble() < 1 / (1 + Math.exp(-logOdds));
      csv.append(
          String.format(
              Locale.ROOT,
              "c%05d,%s,%s,%.2f,%.2f,%.2f,%d,%s,%s,%s%n",
              i,
              plan,
              random.nextInt(20) == 0 ? " " : Integer.toString(tenure),
              day,
              evening,
              night,
              complaints,
              random.nextBoolean() ? "Yes" : "No",
              random.nextInt(500) == 0 ? "Islands" : "region " + random.nextInt(5),
              churned ? "left" : "stayed"));
    }
    return Files.writeString(file, csv);
  }

  /** The table as an experiment describes it. */
  public static TableSource source(Path file) {
    return new TableSource(
        file.toString(),
        "churn",
        "left",
        "id",
        List.of(),
        Map.of(),
        Map.of("tenure", "falling"),
        List.of(),
        true,
        5);
  }
}
