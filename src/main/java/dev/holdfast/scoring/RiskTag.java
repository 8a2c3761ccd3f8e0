package dev.holdfast.scoring;

import dev.holdfast.activity.FeatureSchema;
import dev.holdfast.scoring.Risks.Question;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The strong entity tag of a risk: a digest of all that the answer is computed from, so that it is
 * known without computing the answer and changes when, and only when, one of these does.
 */
final class RiskTag {

  private static final int BYTES = 15;
  private static final String WEAK = "W/";

  private RiskTag() {}

  /**
   * The tag in its quotes.
   *
   * @param reasons how many the answer gives at most
   */
  static String of(Question asked, int reasons, ScoringConfig config) {
    MessageDigest digest = sha256();
    digest.update(asked.name().getBytes(StandardCharsets.UTF_8));
    digest.update(asked.read().state());
    ByteBuffer rest = ByteBuffer.allocate(8 * (9 + asked.levels().length));
    rest.putLong(asked.read().customerId());
    rest.putInt(asked.model().id());
    rest.putInt(FeatureSchema.current().version());
    rest.putLong(asked.asOf().getEpochSecond());
    rest.putInt(asked.asOf().getNano());
    rest.putInt((asked.stale() ? 1 : 0) | (asked.degraded() == null ? 0 : 2) | reasons << 2);
    Long receipt = asked.read().receipt();
    rest.putLong(receipt == null ? -1 : receipt);
    Long incident = asked.read().incident();
    rest.putLong(incident == null ? -1 : incident);
    rest.putDouble(config.mediumFrom());
    rest.putDouble(config.highFrom());
    for (double level : asked.levels()) {
      rest.putDouble(level);
    }
    digest.update(rest.array(), 0, rest.position());
    byte[] shortened = Arrays.copyOf(digest.digest(), BYTES);
    return '"' + Base64.getUrlEncoder().encodeToString(shortened) + '"';
  }

  /**
   * True if the caller already has the answer with this tag.
   *
   * @param ifNoneMatch the header: tags with commas between, or {@code *}; null if there is none
   */
  static boolean isKnown(@Nullable String ifNoneMatch, String tag) {
    if (ifNoneMatch == null) {
      return false;
    }
    for (String one : ifNoneMatch.split(",", -1)) {
      String known = one.strip();
      if (known.equals("*")
          || known.equals(tag)
          || (known.startsWith(WEAK) && known.substring(WEAK.length()).equals(tag))) {
        return true;
      }
    }
    return false;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
