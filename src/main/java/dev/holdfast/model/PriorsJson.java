package dev.holdfast.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.activity.BgNbd;
import dev.holdfast.activity.ChurnDefinition;
import dev.holdfast.activity.ChurnKind;
import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.activity.Priors;
import java.util.Arrays;

/**
 * The file {@code priors.json}: the population tables and what is called churn. Files without a
 * kind of churn are of the time when there was only silence; those without weekdays were measured
 * with all alike.
 */
final class PriorsJson {

  private PriorsJson() {}

  static byte[] write(Priors priors) {
    ObjectNode root = Json.object();
    root.put("version", priors.version());
    root.putObject("churn")
        .put("kind", priors.churn().kind().word())
        .put("fixedHorizonDays", priors.churn().fixedHorizonDays())
        .put("maximumIdleDays", priors.churn().maximumIdleDays())
        .put("minimumOccasions", priors.churn().minimumOccasions())
        .put("graceDays", priors.churn().graceDays());
    root.put("medianGapDays", priors.medianGapDays());
    for (double share : priors.gapCdf()) {
      root.withArray("gapCdf").add(share);
    }
    root.putObject("bgNbd")
        .put("r", priors.bgNbd().r())
        .put("alpha", priors.bgNbd().alpha())
        .put("a", priors.bgNbd().a())
        .put("b", priors.bgNbd().b());
    if (!priors.weekdays().equals(OperationalCalendar.plain().weekdays())) {
      priors.weekdays().forEach(root.putArray("weekdays")::add);
    }
    return Json.write(root);
  }

  static Priors read(byte[] json) {
    JsonNode root = Json.read("priors.json", json);
    JsonNode churn = root.path("churn");
    JsonNode bgNbd = root.path("bgNbd");
    try {
      return new Priors(
          root.path("version").asInt(-1),
          new ChurnDefinition(
              ChurnKind.of(churn.path("kind").asText(ChurnKind.SILENCE.word())),
              churn.path("fixedHorizonDays").asInt(-1),
              churn.path("maximumIdleDays").asInt(-1),
              churn.path("minimumOccasions").asInt(1),
              churn.path("graceDays").asInt(0)),
          Json.number(root, "medianGapDays"),
          Arrays.stream(Json.numbers(root, "gapCdf")).boxed().toList(),
          new BgNbd(
              Json.number(bgNbd, "r"),
              Json.number(bgNbd, "alpha"),
              Json.number(bgNbd, "a"),
              Json.number(bgNbd, "b")),
          root.has("weekdays")
              ? Arrays.stream(Json.numbers(root, "weekdays")).boxed().toList()
              : OperationalCalendar.plain().weekdays());
    } catch (IllegalArgumentException invalid) {
      throw new BadModel("priors.json: " + invalid.getMessage(), invalid);
    }
  }
}
