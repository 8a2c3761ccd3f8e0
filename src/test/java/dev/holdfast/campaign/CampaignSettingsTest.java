package dev.holdfast.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.platform.Problem;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CampaignSettingsTest {

  private static final Instant AT = Instant.parse("2026-03-02T08:00:00Z");

  @Test
  void halfIsHeldOutUntilAnEffectIsKnown() {
    assertThat(campaign(null).holdOutShare).isEqualTo(0.5);
    assertThat(campaign(evidence("not-yet-known", null)).holdOutShare).isEqualTo(0.5);
    assertThat(campaign(evidence("saved", 0.06)).holdOutShare).isEqualTo(0.2);
    assertThat(campaign(evidence("no-effect-found", 0.01)).holdOutShare).isEqualTo(0.2);
  }

  @Test
  void aChangeOfSomethingElseMovesNobodyFromOneArmToTheOther() {
    Campaign campaign = campaign(null);
    campaign.holdOutShare = 0.35;
    campaign.settingsVersion = 1;

    CampaignSettings.named("one").enterThreshold(0.7).build().writeTo(campaign);

    assertThat(campaign.holdOutShare).isEqualTo(0.35);
    assertThat(campaign.enterThreshold).isEqualTo(0.7);
  }

  @Test
  void whatACampaignIsReadsAsTheSettingsThatMakeIt() throws Exception {
    Campaign campaign = new Campaign();
    CampaignSettings.named("one")
        .startsWith(
            new StartEvent(EventKind.FEEDBACK, null, "property.rating <= 2", 7, true, null, null))
        .holdOutShare(0.1)
        .segment("risk >= 0.2")
        .offer(List.of(new OfferText("zh", "三个月半价"), new OfferText("en", "half <price>")))
        .build()
        .writeTo(campaign);
    ObjectMapper json = new ObjectMapper();

    CampaignSettings read =
        json.readValue(
            json.writeValueAsString(CampaignSettings.of(campaign)), CampaignSettings.class);
    Campaign again = new Campaign();
    read.writeTo(again);

    assertThat(CampaignSettings.of(again)).isEqualTo(CampaignSettings.of(campaign));
    assertThat(campaign.byEvent()).isTrue();
    assertThat(campaign.byRisk()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          en,    half price
          EN,    half price
          en-GB, half price
          zh-TW, 半價
          zh,    半价
          zh_HK, 半价
          yue,   半价
          -,     半价
          """)
  void aCustomerHearsTheOfferInItsLanguageOrElseTheFirst(
      @Nullable String language, String expected) {
    List<OfferText> texts =
        List.of(
            new OfferText("zh", "半价"),
            new OfferText("en", "half price"),
            new OfferText("zh-TW", "半價"));

    assertThat(OfferText.in(language, texts)).isEqualTo(expected);
    assertThat(OfferText.in(language, List.of())).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "two\nlines", "a\u0000b", "a\u202Eb", "a\u2028b", "half a \uD800 pair"})
  void anOfferIsOneLineThatReadsAsItIsStored(String text) {
    try (ValidatorFactory factory = Validation.buildDefaultValidatorFactory()) {
      Validator validator = factory.getValidator();

      assertThat(validator.validate(new OfferText("en", text))).isNotEmpty();
      assertThat(validator.validate(new OfferText("e n", "half price"))).isNotEmpty();
      assertThat(validator.validate(new OfferText("zh-CN", "<b>半价</b> 👍 \"=1+1\""))).isEmpty();
      assertThat(validator.validate(new OfferText("en", "x".repeat(501)))).isNotEmpty();
    }
  }

  @Test
  void riskOrAnEventBeginsACampaignAndNotBoth() {
    assertThatThrownBy(() -> CampaignSettings.named("one").build().writeTo(new Campaign()))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("either an enterThreshold or startsWith");
    CampaignSettings both =
        CampaignSettings.named("one")
            .enterThreshold(0.5)
            .startsWith(new StartEvent(null, "churn_call", null, null, null, null, null))
            .build();
    assertThatThrownBy(() -> both.writeTo(new Campaign()))
        .hasMessageContaining("either an enterThreshold or startsWith");
    CampaignSettings nothing =
        CampaignSettings.named("one")
            .startsWith(new StartEvent(null, null, "amount > 3", null, null, null, null))
            .build();
    assertThatThrownBy(() -> nothing.writeTo(new Campaign()))
        .hasMessageContaining("the kind or the name");
    CampaignSettings unreadable =
        CampaignSettings.named("one")
            .startsWith(
                new StartEvent(EventKind.FEEDBACK, null, "rating <= 2", null, null, null, null))
            .build();
    assertThatThrownBy(() -> unreadable.writeTo(new Campaign()))
        .hasMessageContaining(
            "startsWith.match: Expected amount, currency, count, channel, name, source or"
                + " property.FIELD at character 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      textBlock =
          """
          feedback | -              | -                                      | true
          feedback | survey         | -                                      | true
          -        | survey         | -                                      | true
          usage    | -              | -                                      | false
          feedback | survey_2       | -                                      | false
          feedback | -              | property.rating <= 2                   | true
          feedback | -              | property.rating < 2                    | false
          feedback | -              | property.rating <= 2 and amount > 10   | true
          feedback | -              | amount > 20                            | false
          feedback | -              | channel = "app" and count = 1          | true
          feedback | -              | currency is missing                    | true
          feedback | -              | property.tariff = "x"                  | false
          """)
  void anEventBeginsACampaignIfAllThatIsSaidHolds(
      @Nullable String kind, @Nullable String name, @Nullable String match, boolean begins) {
    EventStart start =
        EventStart.of(
            new StartEvent(
                kind == null ? null : EventKind.of(kind), name, match, null, null, null, null));

    assertThat(start.includes(survey())).isEqualTo(begins);
  }

  private static Event survey() {
    return new Event(
        "1",
        "app",
        "test:1",
        "survey",
        EventKind.FEEDBACK,
        AT,
        AT,
        false,
        1,
        new BigDecimal("12.50"),
        null,
        "app",
        Map.of("rating", 2),
        false);
  }

  private static Campaign campaign(@Nullable Evidence evidence) {
    Campaign campaign = new Campaign();
    campaign.evidence = evidence == null ? null : EvidenceJson.write(evidence);
    CampaignSettings.named("one").enterThreshold(0.5).build().writeTo(campaign);
    return campaign;
  }

  private static Evidence evidence(String verdict, @Nullable Double effect) {
    return new Evidence(
        3,
        "before",
        1,
        verdict,
        "words",
        effect,
        effect == null ? null : effect - 0.05,
        effect == null ? null : effect + 0.05,
        400,
        null,
        AT);
  }
}
