package dev.holdfast.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Following a few among many changes nothing in the lives of the few. */
class FollowedLivesTest {

  private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant MIDDLE = FROM.plus(Duration.ofDays(30));
  private static final Instant END = FROM.plus(Duration.ofDays(90));

  @Test
  void theFollowedLiveOnAsTheyWouldHaveAndTheOthersStandStill() {
    Population population = Population.draw(5, 200, FROM);
    Simulation whole = new Simulation(population, FROM);
    Simulation few = new Simulation(population, FROM);
    List<Event> ofAll = new ArrayList<>();
    List<Event> ofFew = new ArrayList<>();
    whole.advanceTo(MIDDLE);
    few.advanceTo(MIDDLE);

    few.followOnly(customer -> followed(customer.externalId()));
    whole.advanceTo(END, ofAll::add);
    few.advanceTo(END, ofFew::add);

    assertThat(ofFew)
        .isNotEmpty()
        .isEqualTo(ofAll.stream().filter(event -> followed(event.customer())).toList());
    assertThat(few.truth().stream().filter(truth -> followed(truth.externalId())).toList())
        .isEqualTo(whole.truth().stream().filter(truth -> followed(truth.externalId())).toList());
  }

  private static boolean followed(String externalId) {
    return externalId.endsWith("7");
  }
}
