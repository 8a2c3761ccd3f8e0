package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of the pages, and how they write numbers and times. */
class WordsTest {

  private static final Path RESOURCES = Path.of("src", "main", "resources");
  private static final Pattern USED = Pattern.compile("\\{w:([a-z][a-z0-9_]*)");
  private static final Pattern AUDITED =
      Pattern.compile("audit\\.record\\([^,;\"]+,\\s*\"([a-z][a-z._-]*[a-z])\"");
  private static final Instant NOW = Instant.parse("2026-03-05T06:30:00Z");

  @Test
  void bothLanguagesHaveTheSameWordsWithTheSamePlaces() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (String area : areas()) {
      Properties english = read(area, "en");
      Properties chinese = read(area, "zh");
      if (!english.keySet().equals(chinese.keySet())) {
        Set<Object> different = new TreeSet<>(english.keySet());
        different.removeAll(chinese.keySet());
        Set<Object> more = new TreeSet<>(chinese.keySet());
        more.removeAll(english.keySet());
        wrong.add(area + ": only English " + different + ", only Chinese " + more);
      }
      for (Object key : english.keySet()) {
        String one = english.getProperty((String) key);
        String other = chinese.getProperty((String) key, one);
        if (!places(one).equals(places(other))) {
          wrong.add(area + "_" + key + " has other places in Chinese");
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyWordThatATemplateUsesIsThere() throws IOException {
    Words words = new Words(Language.ENGLISH);
    List<String> missing = new ArrayList<>();
    try (Stream<Path> templates = Files.walk(RESOURCES.resolve("templates"))) {
      for (Path template : templates.filter(Files::isRegularFile).toList()) {
        Matcher used = USED.matcher(Files.readString(template));
        while (used.find()) {
          try {
            words.of(used.group(1));
          } catch (IllegalArgumentException none) {
            missing.add(template.getFileName() + ": " + used.group(1));
          }
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void everyDeedInTheAuditHasItsWords() throws IOException {
    Words words = new Words(Language.ENGLISH);
    List<String> missing = new ArrayList<>();
    try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
      for (Path source : sources.filter(Files::isRegularFile).toList()) {
        Matcher deed = AUDITED.matcher(Files.readString(source));
        while (deed.find()) {
          if (words.named("audit", deed.group(1)).equals(deed.group(1))) {
            missing.add(source.getFileName() + ": " + deed.group(1));
          }
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void aMissingWordIsLoudAndOneOfTheApiIsItself() {
    Words words = new Words(Language.CHINESE);

    assertThatThrownBy(() -> words.of("nav_nowhere")).hasMessageContaining("nav_nowhere");
    assertThat(words.named("nav", "no-such-state")).isEqualTo("no-such-state");
    assertThat(words.named("left", "cool-down")).isEqualTo("冷却期");
  }

  @Test
  void oneIsNotMany() {
    assertThat(new Words(Language.ENGLISH).count("time_days", 1)).isEqualTo("1 day");
    assertThat(new Words(Language.ENGLISH).count("time_days", 1_200)).isEqualTo("1,200 days");
  }

  @Test
  void timesAreThoseOfTheDeployment() {
    Formats english = formats(Language.ENGLISH);
    Formats chinese = formats(Language.CHINESE);

    assertThat(english.minute(Instant.parse("2026-03-02T18:05:00Z"))).isEqualTo("3 Mar 02:05");
    assertThat(english.minute(Instant.parse("2025-12-31T16:05:00Z"))).isEqualTo("1 Jan 00:05");
    assertThat(english.minute(Instant.parse("2025-12-31T15:05:00Z")))
        .isEqualTo("31 Dec 2025 23:05");
    assertThat(chinese.minute(Instant.parse("2026-03-02T18:05:00Z"))).isEqualTo("3月3日 02:05");
    assertThat(english.field(NOW)).isEqualTo("2026-03-05T14:30");
    assertThat(english.ago(NOW.minus(Duration.ofDays(3)))).isEqualTo("3 days ago");
    assertThat(english.ago(NOW.plus(Duration.ofHours(2)))).isEqualTo("in 2 hours");
    assertThat(chinese.ago(NOW.minus(Duration.ofDays(3)))).isEqualTo("3 天前");
    assertThat(english.minute(null)).isEqualTo("–");
  }

  @ParameterizedTest
  @CsvSource({"0.617, 62%", "0.0412, 4.1%", "0, 0%", "1, 100%", "0.05, 5%", "0.0995, 10%"})
  void sharesHaveTwoFigures(double share, String written) {
    assertThat(formats(Language.ENGLISH).percent(share)).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=y",
        "/sign-in?to=/",
        "/warnings?x=100%",
        "/%zz",
        "warnings",
        ""
      })
  void signingInLeadsNowhereElse(String to) {
    assertThat(SignInResource.ours(to)).isEqualTo("/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/warnings/12", "/customers/crm%3A1?tab=2&x=y"})
  void signingInLeadsBack(String to) {
    assertThat(SignInResource.ours(to)).isEqualTo(to);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no use for 12 days; usually every 3 days|已有 12 天未使用，平常每 3 天一次",
        "no use for 5 hours; usually every 2 days of operation|已有 5 小时未使用，平常每 2 个营业日一次",
        "2 complaints open, the oldest for 1 day, severity 3 of 3|2 件投诉未办结，最久已 1 天，严重程度 3/3",
        "Of 791 customers whose horizon ended in the week of 2026-11-09, 1.04 times as many left as expected (95 % interval 0.60 to 1.68), slope 0.97.|2026-11-09 那一周到期的 791 位客户中，实际流失为预期的 1.04 倍（95% 区间 0.60 至 1.68）。",
        "Of 791 customers whose horizon ended in the week of 2026-11-09, 2.04 times as many left as expected (95 % interval 1.60 to 2.68), slope 0.97, by far and not by chance.|2026-11-09 那一周到期的 791 位客户中，实际流失为预期的 2.04 倍（95% 区间 1.60 至 2.68），差距大且非偶然。",
        "Log-loss 0.1040, that of summer-1 0.1100: 5.4 % better; P(champion is better) 0.97.|对数损失 0.1040，summer-1 为 0.1100：好 5.4%。",
        "Wednesday 2026-11-18: 08:00-21:00, there 17:30|2026-11-18 可呼时段 08:00-21:00，当地 17:30",
        "Friday 2026-12-25 (holiday): closed, there 10:00|2026-12-25（节假日）不可外呼，当地 10:00",
        "all customers: 22% of the expected visits are missing since 2026-11-16: 119 of 152 came, 21 to 45 are missing|所有客户：自 2026-11-16 起少来 22%：预期 152，实到 119，缺 21 至 45",
        "2 of 3 in 7 days, phone|7 天内电话 2/3 次",
        "No verdict: 40 customers were watched, it takes 200.|尚无结论：监测了 40 位客户，至少需要 200 位。",
        "part of incident 12|属于数据事故 12",
        "reason must not hold a name or number of the customer, because it is kept.|原因会被保留，不得含有该客户的名称或号码。",
        "The party of crm:1 has 2 customers. Say whether the party is meant with all of them (party), or this customer alone (customer).|crm:1 的客户方有 2 个客户：请选择删除整个客户方，还是只删除此客户。",
        "The contact policy forbids the call now: 2 of 3 in 7 days, phone.|联系策略目前禁止外呼：7 天内电话 2/3 次。",
        "segment: Expected a name at character 4, where it ends|客群：第 4 个字符处应为 a name，但到此结束",
        "There is no campaign 7|没有挽留活动 7。",
        "There is nothing at this address.|此地址没有内容。",
        "size must be between 0 and 100|最多 100 个字符",
        "holdOutShare: must be less than or equal to 0.9|holdOutShare：不得大于 0.9",
        "beats the idle-days rule on log-loss|对数损失优于静默天数规则",
        "1.012, 95 % interval 0.951 to 1.070|1.012，95% 区间 0.951 至 1.070",
        "a sentence of a later model|a sentence of a later model"
      })
  void reasonsAreSaidInChinese(String english, String chinese) {
    assertThat(new ReasonTexts().in(Language.CHINESE, english)).isEqualTo(chinese);
    assertThat(new ReasonTexts().in(Language.ENGLISH, english)).isEqualTo(english);
  }

  private static Formats formats(Language language) {
    return new Formats(language, new Words(language), ZoneId.of("Asia/Shanghai"), NOW);
  }

  private static Set<String> areas() throws IOException {
    try (Stream<Path> files = Files.list(RESOURCES.resolve("words"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".properties"))
          .map(name -> name.substring(0, name.lastIndexOf('_')))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Properties read(String area, String language) throws IOException {
    Properties texts = new Properties();
    try (Reader in =
        Files.newBufferedReader(
            RESOURCES.resolve("words").resolve(area + "_" + language + ".properties"))) {
      texts.load(in);
    }
    return texts;
  }

  private static Set<String> places(String text) {
    return Pattern.compile("\\{\\d}")
        .matcher(text)
        .results()
        .map(found -> found.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
