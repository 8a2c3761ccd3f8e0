package dev.holdfast.campaign;

/**
 * How much a customer uses a channel.
 *
 * @param channel {@code phone}, {@code digital} (app and web), {@code chat} or {@code store}
 * @param share of what it did over channels that were named, older use counting half after 90 days,
 *     in (0, 1]
 */
public record ChannelUse(String channel, double share) {}
