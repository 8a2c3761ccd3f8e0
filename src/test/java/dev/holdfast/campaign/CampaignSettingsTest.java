package dev.holdfast.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import dev.holdfast.platform.Problem;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
