package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.holdfast.access.Roles;
import dev.holdfast.activity.Feature;
import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.campaign.Arm;
import dev.holdfast.campaign.ContactPolicy;
import dev.holdfast.campaign.Disposition;
import dev.holdfast.campaign.OutcomeReason;
import dev.holdfast.campaign.PolicyRule;
import dev.holdfast.event.BadEvent;
import dev.holdfast.event.Cadence;
import dev.holdfast.event.EventFacts;
import dev.holdfast.event.EventJson;
import dev.holdfast.event.EventKind;
import dev.holdfast.event.KindMapping;
import dev.holdfast.monitoring.State;
import dev.holdfast.warning.FeedCondition;
import dev.holdfast.warning.Incident;
import dev.holdfast.warning.Look;
import dev.holdfast.warning.Notice;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of the pages, and how they write numbers and times. */
class WordsTest {

  private static final Path RESOURCES = Path.of("src", "main", "resources");
  private static final Pattern USED = Pattern.compile("\\{w:([a-z][a-z0-9_]*)");
  private static final Pattern AUDITED =
      Pattern.compile("audit\\.record\\([^,;\"]+,\\s*\"([a-z][a-z._-]*[a-z])\"");

  /** What a parser expected, and the names that it knows. */
  private static final Pattern UNREADABLE =
      Pattern.compile(
          "[uU]nreadable\\(\\s*\"([^\"]* [^\"]*[^ \"])\",|\"([a-z]+, [^\"]+(?:feature|FIELD|\\)))\"\\)");

  private static final String ENGLISH = "[A-Za-z][a-z']* [a-z']+ [a-z']+";
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
        "part of incident 12|属于事故 12",
        "reason must not hold a name or number of the customer, because it is kept.|原因会被保留，不得含有该客户的名称或号码。",
        "The party of crm:1 has 2 customers. Say whether the party is meant with all of them (party), or this customer alone (customer).|crm:1 的客户方有 2 个客户：请选择删除整个客户方，还是只删除此客户。",
        "The contact policy forbids the call now: 2 of 3 in 7 days, phone.|联系策略目前禁止外呼：7 天内电话 2/3 次。",
        "segment: Expected a name at character 4, where it ends|客群：第 4 个字符处应为名称，但到此结束",
        "There is no campaign 7|没有挽留活动 7。",
        "There is nothing at this address.|此地址没有内容。",
        "size must be between 0 and 100|最多 100 个字符",
        "holdOutShare: must be less than or equal to 0.9|holdOutShare：不得大于 0.9",
        "beats the idle-days rule on log-loss|对数损失优于静默天数规则",
        "1.012, 95 % interval 0.951 to 1.070|1.012，95% 区间 0.951 至 1.070",
        "given for phone, retention|已同意电话挽留",
        "given for sms, retention|已同意通过短信用于挽留",
        "3 days after an attempt on 2026-11-01|2026-11-01 尝试后 3 天内不再联系",
        "Fall back to summer-1: log-loss more than 2 % worse than the naive idle rule in two weeks running|建议回退到 summer-1：对数损失连续两周比静默规则差 2% 以上",
        "they did not come back; what is left is the level to compare with now; it is called a fault of ours, so a person says when it is over|客户没有回来；此后以剩下的水平作比较；已判为我方故障，由人确认结束",
        "segment: Expected risk, band, profile.FIELD or the name of a feature at character 1: mood = 1|客群：第 1 个字符处应为 risk、band、profile.字段名或特征名，却是 mood = 1",
        "valueFormula: Expected ) at character 5, where it ends|价值公式：第 5 个字符处应为)，但到此结束",
        "segment: Nested deeper than 32 at character 33: (((risk|客群：嵌套超过 32 层，在第 33 个字符处",
        "segment: A segment has at most 2000 characters at character 2001: x|客群：客群表达式最多 2000 个字符",
        "Quantity must be > 0|Quantity 须 > 0",
        "a sentence of a later model|a sentence of a later model"
      })
  void reasonsAreSaidInChinese(String english, String chinese) {
    assertThat(new ReasonTexts().in(Language.CHINESE, english)).isEqualTo(chinese);
    assertThat(new ReasonTexts().in(Language.ENGLISH, english)).isEqualTo(english);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "12 of 67 features have moved, 3 of them much: tenure_at_last (PSI 3.602), n_events (PSI 0.512), calls_in_30 (PSI 0.255), against what the model was trained on.|12 of 67 features have moved, 3 of them much: time from first to last use (PSI 3.602), days of use so far (PSI 0.512), recent contacts with us (PSI 0.255), against what the model was trained on.|67 个特征中 12 个有移动，其中 3 个明显：首末次使用间隔 (PSI 3.602)、至今使用天数 (PSI 0.512)、近期联系我们 (PSI 0.255)。",
        "None of 67 features has moved; the most is n_events with a PSI of 0.051, against what the model was trained on.|None of 67 features has moved; the most is days of use so far with a PSI of 0.051, against what the model was trained on.|67 个特征均未移动，最大的是至今使用天数，PSI 为 0.051。",
        "The risk of 778 customers has a PSI of 0.150 (KS 0.054) against what the model was trained on. 1 of 67 features have moved, 1 of them much: n_events (PSI 0.512), against what the model was trained on.|The risk of 778 customers has a PSI of 0.150 (KS 0.054) against what the model was trained on. 1 of 67 features have moved, 1 of them much: days of use so far (PSI 0.512), against what the model was trained on.|778 位客户的风险与训练时相比 PSI 为 0.150（KS 0.054）。67 个特征中 1 个有移动，其中 1 个明显：至今使用天数 (PSI 0.512)。",
        "no_purchase 0.912|never bought anything 0.912|最强的是从未购买：0.912",
        "not refused: automated-marketing, profiling|not refused: automated marketing, profiling|未拒绝：自动化营销、用户画像",
        "not in the profile: porting, vulnerable|not in the profile: porting, vulnerable|资料中没有：携号转网、弱势客户",
        "region=Shanghai/plan=plus: 89% of the expected visits are missing since 2026-11-12: 11 of 101 came, 71 to 109 are missing|region Shanghai, plan plus: 89% of the expected visits are missing since 2026-11-12: 11 of 101 came, 71 to 109 are missing|region 为 Shanghai、plan 为 plus：自 2026-11-12 起少来 89%：预期 101，实到 11，缺 71 至 109"
      })
  void namesAreSaidInTheWordsOfBothLanguages(String kept, String english, String chinese) {
    ReasonTexts texts = new ReasonTexts();

    assertThat(texts.in(Language.ENGLISH, kept)).isEqualTo(english);
    assertThat(texts.in(Language.CHINESE, kept)).isEqualTo(chinese);
  }

  @Test
  void whatSomebodyNamedIsNoPlaceForWords() {
    assertThat(
            new ReasonTexts()
                .in(
                    Language.CHINESE,
                    "no kind is known for the name \"{1}$1\": send \"kind\" or set x"))
        .contains("“{1}$1”");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "segment:region=Shanghai|Customers with region Shanghai|region 为 Shanghai 的客户",
        "segment:region=Xi'an/plan=basic|Customers with region Xi'an, plan basic|region 为 Xi'an、plan 为 basic 的客户",
        "segment:cohort=2025-10|Customers who signed up in 2025-10|2025-10 注册的客户",
        "segment:cohort=2025-10/plan=plus|Customers with plan plus who signed up in 2025-10|2025-10 注册、plan 为 plus 的客户",
        "segment:cohort=vip|Customers with cohort vip|cohort 为 vip 的客户",
        "segment:all|All customers|所有客户",
        "source:app|Source app|数据源 app",
        "something else|something else|something else"
      })
  void whatAnIncidentIsAboutIsSaidInWords(String subject, String english, String chinese) {
    assertThat(Subjects.of(new Words(Language.ENGLISH), subject)).isEqualTo(english);
    assertThat(Subjects.of(new Words(Language.CHINESE), subject)).isEqualTo(chinese);
  }

  /** Every name that the code can give a page, by the area of its words. */
  static Stream<Arguments> names() {
    ContactPolicy policy = ContactPolicy.initial();
    return Stream.of(
        arguments("feature", FeatureSchema.current().features().stream().map(Feature::name)),
        arguments(
            "unit",
            FeatureSchema.current().features().stream()
                .map(Feature::unit)
                .filter(unit -> unit.matches(".*[a-z]{3}.*"))),
        arguments("bad", wire(BadEvent.Reason.values(), BadEvent.Reason::wireName)),
        arguments("rule", wire(PolicyRule.values(), PolicyRule::wireName)),
        arguments("left", wire(PolicyRule.values(), PolicyRule::wireName)),
        arguments(
            "purpose", Stream.concat(Stream.of("retention", "*"), policy.refusals().stream())),
        arguments("flag", policy.blockingFields().keySet().stream()),
        arguments("outcome", wire(Disposition.values(), Disposition::wireName)),
        arguments("reason", wire(OutcomeReason.values(), OutcomeReason::wireName)),
        arguments("arm", wire(Arm.values(), arm -> arm.name().toLowerCase(Locale.ROOT))),
        arguments("kind", wire(EventKind.values(), EventKind::wireName)),
        arguments("cadence", wire(Cadence.values(), Cadence::wireName)),
        arguments("look", wire(Look.Verdict.values(), Look.Verdict::wireName)),
        arguments("warning_is", wire(Incident.State.values(), Incident.State::wireName)),
        arguments("warning_feed", wire(FeedCondition.values(), FeedCondition::wireName)),
        arguments("warning_mail", wire(Notice.State.values(), Notice.State::wireName)),
        arguments("monitoring", wire(State.values(), State::word)),
        arguments("model_state", wire(State.values(), State::word)),
        arguments("role", Roles.ALL.stream()));
  }

  @Test
  void whyAProfileForbidsContactIsSaidInChinese() {
    ReasonTexts texts = new ReasonTexts();
    assertThat(ContactPolicy.initial().blockingFields().values())
        .allSatisfy(why -> assertThat(isChinese(texts.in(Language.CHINESE, why))).isTrue());
  }

  private static <T> Stream<String> wire(T[] values, Function<T, String> name) {
    return Stream.of(values).map(name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyNameOfTheCodeHasWordsInBothLanguages(String area, Stream<String> names)
      throws IOException {
    int end = area.indexOf('_');
    String file = end < 0 ? area : area.substring(0, end);
    String before = end < 0 ? "" : area.substring(end + 1) + "_";
    Properties english = read(file, "en");
    Properties chinese = read(file, "zh");
    List<String> missing =
        names
            .map(name -> before + name.replace('-', '_'))
            .filter(key -> !english.containsKey(key) || !isChinese(chinese.getProperty(key, "")))
            .toList();
    assertThat(missing).as("names without words in " + area).isEmpty();
  }

  private static boolean isChinese(String text) {
    // Trade terms such as the name of a test stay.
    return text.codePoints()
        .anyMatch(one -> Character.UnicodeScript.of(one) == Character.UnicodeScript.HAN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[1]",
        "{\"id\":",
        "{\"id\":1}",
        "{\"id\":\"1\"",
        "{'id':1}",
        "{\"id\":\"1\",\"id\":\"2\"}",
        "{\"id\":NaN}",
        "nonsense",
        "{}",
        "{\"id\":\" \"}",
        "{\"id\":\"a \"}",
        "{\"id\":\"key:0123456789abcdef0123456789abcdef\"}",
        "{\"id\":\"1\",\"source\":\"s\",\"customer\":\"nobody\"}",
        "{\"id\":\"1\",\"source\":\"s\",\"customer\":\"crm:1\",\"name\":\"sim_swap\"}",
        "{\"id\":\"1\",\"source\":\"s\",\"customer\":\"crm:1\",\"name\":\"n\",\"kind\":\"odd\"}",
        "{\"id\":\"1\",\"source\":\"s\",\"customer\":\"crm:1\",\"name\":\"n\",\"kind\":\"usage\",\"occurredAt\":\"soon\"}",
        "{\"id\":\"1\",\"source\":\"s\",\"customer\":\"crm:1\",\"name\":\"n\",\"kind\":\"usage\",\"occurredAt\":\"0001-01-01T00:00:00Z\"}",
        "{\"id\":\"1\",\"source\":\"s\",\"customer\":\"crm:1\",\"name\":\"n\",\"kind\":\"usage\",\"occurredAt\":\"2027-01-01T00:00:00Z\"}",
        "{\"id\":\"1\",\"source\":\"s\",\"customer\":\"crm:1\",\"name\":\"n\",\"kind\":\"usage\",\"occurredAt\":\"2026-01-01T00:00:00Z\",\"count\":0}",
        "{\"id\":\"1\",\"source\":\"s\",\"customer\":\"crm:1\",\"name\":\"n\",\"kind\":\"usage\",\"occurredAt\":\"2026-01-01T00:00:00Z\",\"count\":\"two\"}",
        "{\"id\":\"1\",\"source\":\"s\",\"customer\":\"crm:1\",\"name\":\"n\",\"kind\":\"usage\",\"occurredAt\":\"2026-01-01T00:00:00Z\",\"amount\":1e30}",
        "{\"id\":\"1\",\"source\":\"s\",\"customer\":\"crm:1\",\"name\":\"n\",\"kind\":\"usage\",\"occurredAt\":\"2026-01-01T00:00:00Z\",\"currency\":\"EUR\"}",
        "{\"id\":\"1\",\"source\":\"s\",\"customer\":\"crm:1\",\"name\":\"n\",\"kind\":\"usage\",\"occurredAt\":\"2026-01-01T00:00:00Z\",\"amount\":1,\"currency\":\"eur\"}",
        "{\"id\":\"1\",\"source\":\"s\",\"customer\":\"crm:1\",\"name\":\"n\",\"kind\":\"usage\",\"occurredAt\":\"2026-01-01T00:00:00Z\",\"properties\":[]}",
        "{\"id\":\"1\",\"source\":\"s\",\"customer\":\"crm:1\",\"name\":\"n\",\"kind\":\"contract\",\"occurredAt\":\"2026-01-01T00:00:00Z\",\"properties\":{\"endsAt\":\"soon\"}}"
      })
  void whatIsWrongWithAMessageIsSaidInChinese(String message) {
    BadEvent bad =
        assertThrows(
            BadEvent.class,
            () ->
                EventJson.parse(
                    message.getBytes(StandardCharsets.UTF_8),
                    EventFacts.arrivedAt(NOW),
                    KindMapping.standard()));
    assertThat(new ReasonTexts().in(Language.CHINESE, bad.detail()))
        .as(bad.detail())
        .isNotEqualTo(bad.detail())
        .doesNotContainPattern(ENGLISH);
  }

  @Test
  void whatIsWrongWithAnExpressionIsSaidInChinese() throws IOException {
    ReasonTexts texts = new ReasonTexts();
    int found = 0;
    for (String source : List.of("SegmentExpression", "ValueFormula", "Segments", "EventStart")) {
      Matcher fault =
          UNREADABLE.matcher(
              Files.readString(Path.of("src/main/java/dev/holdfast/campaign", source + ".java")));
      while (fault.find()) {
        String expected = fault.group(1) == null ? "Expected " + fault.group(2) : fault.group(1);
        String said =
            texts.in(Language.CHINESE, "segment: " + expected + " at character 7, where it ends");
        assertThat(said).as(expected).startsWith("客群：").doesNotContainPattern(ENGLISH);
        found++;
      }
    }
    assertThat(found).as("texts in the sources").isGreaterThanOrEqualTo(12);
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
