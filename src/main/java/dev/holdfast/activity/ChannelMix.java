package dev.holdfast.activity;

import dev.holdfast.event.KindMapping;
import java.nio.ByteBuffer;

/**
 * Over which channels the customer comes to us, old use counting half after 90 days. All channels
 * fade alike, so the shares are constant between events.
 */
final class ChannelMix {

  static final int PHONE = 0;
  static final int DIGITAL = 1;
  static final int CHAT = 2;
  static final int STORE = 3;
  static final int BYTES = 5 * 4 + 8;

  private static final int OTHER = 4;
  private static final double HALF_LIFE_DAYS = 90;
  private static final double MICROS_A_DAY = 86_400_000_000.0;

  private final float[] weights = new float[OTHER + 1];
  private long lastAt = ActivityState.NEVER;

  void add(String channel, long at, int count) {
    if (lastAt != ActivityState.NEVER) {
      double keep = Math.pow(2, -((at - lastAt) / MICROS_A_DAY) / HALF_LIFE_DAYS);
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) (weights[i] * keep);
      }
    }
    weights[of(channel)] += count;
    lastAt = at;
  }

  /** Share of one channel among all that were named, in [0, 1]; 0 if none was. */
  double share(int channel) {
    double all = 0;
    for (float weight : weights) {
      all += weight;
    }
    return all > 0 ? weights[channel] / all : 0;
  }

  /** The group of a channel by its name; a name unknown to us is a channel too. */
  static int of(String channel) {
    return switch (channel) {
      case "app", "web" -> DIGITAL;
      default -> ofWord(KindMapping.canonical(channel));
    };
  }

  private static int ofWord(String channel) {
    return switch (channel) {
      case "phone", "call", "voice", "hotline", "ivr", "call_center", "call_centre" -> PHONE;
      case "app", "mobile", "web", "website", "online", "portal" -> DIGITAL;
      case "chat", "social", "messenger", "wechat", "weibo", "whatsapp" -> CHAT;
      case "store", "shop", "branch", "counter" -> STORE;
      default -> OTHER;
    };
  }

  void write(ByteBuffer out) {
    for (float weight : weights) {
      out.putFloat(weight);
    }
    out.putLong(lastAt);
  }

  void read(ByteBuffer in) {
    for (int i = 0; i < weights.length; i++) {
      weights[i] = in.getFloat();
    }
    lastAt = in.getLong();
  }
}
