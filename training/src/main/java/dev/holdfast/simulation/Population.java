package dev.holdfast.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The customers of a simulation.
 *
 * @param seed of everything that is drawn, here and in the {@link Simulation}
 * @param from the instant at which their history begins
 * @param customers in the order of their external ids
 */
public record Population(long seed, Instant from, List<SimulatedCustomer> customers) {

  /** The largest population: external ids have six digits. */
  public static final int MAX_CUSTOMERS = 999_999;

  private static final double SHARE_IN_CHINA = 0.6;
  private static final double SHARE_WITH_CONSENT = 0.85;
  private static final double SHARE_NEW = 0.3;
  private static final double NEW_WITHIN_DAYS = 300;
  private static final double LONGEST_TENURE_DAYS = 1500;

  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
  private static final ZoneId LONDON = ZoneId.of("Europe/London");

  private static final List<String> PLANS = List.of("basic", "basic", "plus", "plus", "family");
  private static final List<String> CHINESE_REGIONS =
      List.of("Shanghai", "Beijing", "Chengdu", "Guangzhou", "Xi'an");
  private static final List<String> ENGLISH_REGIONS =
      List.of("London", "Leeds", "Bristol", "Cardiff", "Glasgow");
  private static final List<String> CHINESE_FAMILY_NAMES =
      List.of("王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "马", "胡", "林");
  private static final List<String> CHINESE_GIVEN_NAMES =
      List.of(
          "晓雨", "建国", "思远", "丽华", "子涵", "明", "芳", "俊杰", "雪梅", "志强", "一诺", "海燕", "文博", "静", "欣怡",
          "国栋", "若兰", "天佑");
  private static final List<String> ENGLISH_GIVEN_NAMES =
      List.of(
          "Alice", "Ben", "Chloe", "Daniel", "Emma", "Farid", "Grace", "Harry", "Isla", "James",
          "Kiran", "Lucy", "Megan", "Noah", "Olivia", "Peter", "Ruth", "Sam");
  private static final List<String> ENGLISH_FAMILY_NAMES =
      List.of(
          "Archer",
          "Barlow",
          "Carter",
          "Dalton",
          "Ellis",
          "Fletcher",
          "Grant",
          "Hughes",
          "Irving",
          "Jennings",
          "Keane",
          "Lawson",
          "Marsh",
          "Norris",
          "O'Neill",
          "Patel");

  public Population {
    customers = List.copyOf(customers);
  }

  /**
   * Draws a population. Seven of ten are customers already when the history begins, the others join
   * within its first 300 days.
   *
   * @param size 1 to {@link #MAX_CUSTOMERS}
   * @param from the instant at which the history begins
   * @throws IllegalArgumentException if {@code size} is out of range
   */
  public static Population draw(long seed, int size, Instant from) {
    if (size < 1 || size > MAX_CUSTOMERS) {
      throw new IllegalArgumentException("size must be in [1, " + MAX_CUSTOMERS + "], was " + size);
    }
    List<SimulatedCustomer> customers = new ArrayList<>(size);
    for (int index = 0; index < size; index++) {
      customers.add(customer(Draws.ofCustomer(seed, index, Draws.Purpose.PROFILE), index, from));
    }
    return new Population(seed, from, customers);
  }

  private static SimulatedCustomer customer(Draws draws, int index, Instant from) {
    boolean chinese = draws.chance(SHARE_IN_CHINA);
    String name =
        chinese
            ? draws.oneOf(CHINESE_FAMILY_NAMES) + draws.oneOf(CHINESE_GIVEN_NAMES)
            : draws.oneOf(ENGLISH_GIVEN_NAMES) + " " + draws.oneOf(ENGLISH_FAMILY_NAMES);
    String phone =
        chinese
            ? String.format(Locale.ROOT, "+861000%06d", index)
            : String.format(Locale.ROOT, "+447700900%03d", index % 1000);
    double joinedAfterDays =
        draws.chance(SHARE_NEW)
            ? draws.between(0, NEW_WITHIN_DAYS)
            : -draws.between(1, LONGEST_TENURE_DAYS);
    return new SimulatedCustomer(
        String.format(Locale.ROOT, "sim:%06d", index),
        name,
        phone,
        draws.oneOf(PLANS),
        draws.oneOf(chinese ? CHINESE_REGIONS : ENGLISH_REGIONS),
        chinese ? SHANGHAI : LONDON,
        chinese ? "CNY" : "EUR",
        draws.chance(SHARE_WITH_CONSENT),
        from.plus(Duration.ofSeconds((long) (joinedAfterDays * 86_400))));
  }
}
