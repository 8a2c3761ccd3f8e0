package dev.holdfast.campaign;

import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.activity.Features;
import dev.holdfast.activity.Priors;
import dev.holdfast.scoring.CustomerState;
import dev.holdfast.scoring.CustomerStates;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** By which channels customers come to us, to reach them there. */
@ApplicationScoped
class ChannelUses {

  private static final String FEATURE = "channel_";
  private static final List<String> CHANNELS = List.of("phone", "digital", "chat", "store");

  private final CustomerStates states;

  ChannelUses(CustomerStates states) {
    this.states = states;
  }

  /** The channels that a customer uses, the most used first; empty if none was ever named. */
  List<ChannelUse> of(long customerId) {
    CustomerState state = states.read(List.of(customerId)).get(customerId);
    if (state == null) {
      return List.of();
    }
    // Shares stand still between events and are the same for any population.
    float[] features =
        Features.of(state.activity(), state.activity().lastOccurredAt(), Priors.standard());
    List<ChannelUse> uses = new ArrayList<>();
    for (String channel : CHANNELS) {
      double share = features[FeatureSchema.current().indexOf(FEATURE + channel)];
      if (share > 0) {
        uses.add(new ChannelUse(channel, share));
      }
    }
    uses.sort(Comparator.comparingDouble(ChannelUse::share).reversed());
    return List.copyOf(uses);
  }
}
