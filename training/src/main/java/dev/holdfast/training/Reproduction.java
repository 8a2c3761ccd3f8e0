package dev.holdfast.training;

import dev.holdfast.model.ModelFolder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A version trained a second time from its recorded provenance, and compared byte for byte.
 *
 * @param version that was trained again
 * @param equal true if every file that decides a score is the same
 * @param sameHistory true if the events that were known then are the same
 * @param sameRows true if the training and test rows are the same
 * @param files {@code equal}, {@code different} or {@code missing}, by name
 * @param findings what is not as it was, in words; empty if nothing is
 */
public record Reproduction(
    String version,
    boolean equal,
    boolean sameHistory,
    boolean sameRows,
    SortedMap<String, String> files,
    List<String> findings) {

  private static final List<String> DECIDING =
      List.of(
          "booster.json",
          "weights.json",
          "blend.json",
          "calibration.json",
          "priors.json",
          "features.json");

  /**
   * Trains the version again; writes nothing. Events that became available after the last one it
   * was trained on are left out.
   *
   * @param stored its files, whose signature was checked
   * @throws IllegalStateException if it has no provenance
   */
  static Reproduction of(
      String version, Map<String, byte[]> stored, TrainingInput input, Consumer<String> progress) {
    byte[] json = stored.get(Provenance.FILE);
    if (json == null) {
      throw new IllegalStateException(
          "model "
              + version
              + " has no "
              + Provenance.FILE
              + ": it was made before provenance was kept, or elsewhere; train it anew to have one");
    }
    Provenance then = Provenance.read(version, json);
    Experiment experiment = then.experiment().at(then.cutoff()).on(then.calendar());
    TrainingInput known = input.knownBy(then.last());
    SnapshotSet set;
    try {
      set = SnapshotSet.of(experiment, known.histories(), known.exposures(), progress);
      Learnable.require(set, progress);
    } catch (IllegalStateException impossible) {
      return impossible(then, version, HistoryFacts.of(known.histories()), impossible);
    }
    Provenance now = Provenance.of(then.experiment(), set);
    Map<String, byte[]> made = files(experiment, set, progress);

    SortedMap<String, String> verdicts = new TreeMap<>();
    for (String name : DECIDING) {
      byte[] before = stored.get(name);
      byte[] after = made.get(name);
      if (before != null || after != null) {
        verdicts.put(
            name,
            before == null || after == null
                ? "missing"
                : Arrays.equals(before, after) ? "equal" : "different");
      }
    }
    boolean equal = verdicts.values().stream().allMatch("equal"::equals);
    return new Reproduction(
        version,
        equal,
        now.history().equals(then.history()),
        now.rows().equals(then.rows()),
        verdicts,
        findings(then, now));
  }

  private static Map<String, byte[]> files(
      Experiment experiment, SnapshotSet set, Consumer<String> progress) {
    Trained chosen =
        Trained.best(Trained.all(experiment, set.training(), set.test(), set.cutoff(), progress));
    Map<String, byte[]> files = new TreeMap<>(chosen.files());
    files.put("priors.json", ModelFolder.priorsJson(set.priors()));
    files.put("features.json", ModelFolder.featuresJson(set.training().schema()));
    return files;
  }

  private static List<String> findings(Provenance then, Provenance now) {
    List<String> findings = new ArrayList<>();
    if (!now.history().equals(then.history())) {
      findings.add(changed(then, now.events(), now.customers(), now.months()));
    } else if (!now.rows().equals(then.rows())) {
      findings.add(
          "the history is the same but the rows are not: features, labels or what campaigns"
              + " decided have changed since");
    }
    SortedSet<String> names = new TreeSet<>(then.surroundings().keySet());
    names.addAll(now.surroundings().keySet());
    for (String name : names) {
      String before = then.surroundings().getOrDefault(name, "none");
      String after = now.surroundings().getOrDefault(name, "none");
      if (!before.equals(after)) {
        findings.add(name + " was " + before + " and is " + after);
      }
    }
    return findings;
  }

  /** The rows can no longer be made, and why. */
  private static Reproduction impossible(
      Provenance then, String version, HistoryFacts now, IllegalStateException why) {
    boolean same = now.sha256().equals(then.history());
    List<String> findings = new ArrayList<>();
    if (!same) {
      findings.add(changed(then, now.events(), now.customers(), now.months()));
    }
    findings.add(String.valueOf(why.getMessage()));
    return new Reproduction(version, false, same, false, new TreeMap<>(), findings);
  }

  private static String changed(
      Provenance then, long events, long customers, SortedMap<String, String> months) {
    return String.format(
        Locale.ROOT,
        "the history has changed: %,d events of %,d customers then, %,d of %,d now, both up to"
            + " %s%s",
        then.events(),
        then.customers(),
        events,
        customers,
        then.last(),
        since(then.months(), months));
  }

  private static String since(SortedMap<String, String> then, SortedMap<String, String> now) {
    SortedSet<String> months = new TreeSet<>(then.keySet());
    months.addAll(now.keySet());
    for (String month : months) {
      if (!Objects.equals(then.get(month), now.get(month))) {
        return "; the events of " + month + " are the first that differ";
      }
    }
    return "";
  }
}
