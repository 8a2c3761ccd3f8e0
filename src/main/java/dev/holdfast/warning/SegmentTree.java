package dev.holdfast.warning;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The segments that are watched, and which cells of customers belong to which.
 *
 * <p>A path such as {@code region/plan} makes a segment of each region and, within each, of each
 * plan; {@code product, cohort} makes one of each product and of each cohort. All are within the
 * segment of all customers. A cell is a combination of values that some customers have; one that
 * lacks a value of a path belongs to what comes before it. Not thread-safe.
 */
final class SegmentTree {

  /** Levels below all customers. */
  static final int MOST_LEVELS = 3;

  private static final int MOST_FIELD = 20;
  private static final int MOST_VALUE = 40;

  private final List<List<String>> paths;
  private final Map<String, Segment> segments = new LinkedHashMap<>();
  private final Map<Integer, List<Segment>> ofCell = new HashMap<>();
  private final Map<Segment, List<Integer>> cells = new HashMap<>();

  private SegmentTree(List<List<String>> paths) {
    this.paths = paths;
    segments.put(Segment.ALL, Segment.TOP);
  }

  /**
   * A tree without cells.
   *
   * @param paths names of profile values with slashes between, up to three, and commas between
   *     paths; empty for all customers together only
   * @throws IllegalArgumentException if a path is empty, too long or names a value twice
   */
  static SegmentTree of(String paths) {
    List<List<String>> parsed = new ArrayList<>();
    for (String path : paths.isBlank() ? new String[0] : paths.split(",", -1)) {
      List<String> fields = new ArrayList<>();
      for (String field : path.split("/", -1)) {
        fields.add(field.strip());
      }
      if (fields.size() > MOST_LEVELS
          || Set.copyOf(fields).size() < fields.size()
          || fields.stream()
              .anyMatch(
                  field -> field.isEmpty() || field.length() > MOST_FIELD || field.contains("="))) {
        throw new IllegalArgumentException(
            "a path of segments has one to "
                + MOST_LEVELS
                + " names of values of at most "
                + MOST_FIELD
                + " characters with slashes between, as in region/plan, was \""
                + path.strip()
                + "\"");
      }
      parsed.add(fields);
    }
    return new SegmentTree(parsed);
  }

  /** The names of the values that tell the segments apart. */
  Set<String> fields() {
    Set<String> fields = new LinkedHashSet<>();
    paths.forEach(fields::addAll);
    return fields;
  }

  /**
   * Makes a cell and the segments to which it belongs known; a known one stays as it is.
   *
   * @param values of the customers in it, by name
   */
  void add(int cell, Map<String, String> values) {
    if (ofCell.containsKey(cell)) {
      return;
    }
    Set<Segment> within = new LinkedHashSet<>();
    within.add(Segment.TOP);
    for (List<String> path : paths) {
      Segment parent = Segment.TOP;
      StringBuilder key = new StringBuilder();
      for (String field : path) {
        String value = values.getOrDefault(field, "");
        if (value.isBlank()) {
          break;
        }
        key.append(key.isEmpty() ? "" : "/").append(field).append('=').append(shown(value));
        parent = segment(key.toString(), parent);
        within.add(parent);
      }
    }
    ofCell.put(cell, List.copyOf(within));
    within.forEach(one -> cells.computeIfAbsent(one, unused -> new ArrayList<>()).add(cell));
  }

  private Segment segment(String key, Segment parent) {
    return segments.computeIfAbsent(
        key, unknown -> new Segment(unknown, parent.level() + 1, parent));
  }

  /** A value as a segment's name shows it: without what the name is made of, and not too long. */
  static String shown(String value) {
    String plain = value.strip().replaceAll("[/=\\p{Cntrl}]", "_");
    if (plain.length() <= MOST_VALUE) {
      return plain;
    }
    int end = Character.isHighSurrogate(plain.charAt(MOST_VALUE - 1)) ? MOST_VALUE - 1 : MOST_VALUE;
    return plain.substring(0, end);
  }

  /** All segments, each after the one that contains it. */
  Collection<Segment> segments() {
    return segments.values();
  }

  /** The cells that belong to a segment. */
  List<Integer> cellsOf(Segment segment) {
    return cells.getOrDefault(segment, List.of());
  }

  /** The segments to which a cell belongs, from the top; none if it is unknown. */
  List<Segment> segmentsOf(int cell) {
    return ofCell.getOrDefault(cell, List.of());
  }
}
