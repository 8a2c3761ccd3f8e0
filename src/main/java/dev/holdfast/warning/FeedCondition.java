package dev.holdfast.warning;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What can be wrong with a feed. */
public enum FeedCondition {
  /** Its watermark is older than its cadence allows, or something is missing before what came. */
  SILENT,
  /** Far fewer events than on the same weekday and at the same hour of earlier weeks. */
  THIN,
  /** The share of refused, repeated or late messages jumped. */
  SHIFTED;

  /** The name in answers and tables. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The names with commas between, in the order of this list; empty for none. */
  static String write(Collection<FeedCondition> conditions) {
    List<String> names = new ArrayList<>();
    for (FeedCondition one : values()) {
      if (conditions.contains(one)) {
        names.add(one.wireName());
      }
    }
    return String.join(",", names);
  }

  static Set<FeedCondition> read(String written) {
    Set<FeedCondition> conditions = EnumSet.noneOf(FeedCondition.class);
    for (FeedCondition one : values()) {
      if (("," + written + ",").contains("," + one.wireName() + ",")) {
        conditions.add(one);
      }
    }
    return conditions;
  }
}
