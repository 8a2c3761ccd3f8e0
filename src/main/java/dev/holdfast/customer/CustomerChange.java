package dev.holdfast.customer;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants a customer to be. Zone, profile and contact points are replaced, absent ones
 * by nothing. Consent and identifiers are facts with a date: those given are added, others stay.
 *
 * @param party name of another customer whose party this one joins; absent to stay
 * @param zone IANA zone such as Asia/Shanghai
 * @param profile plain values by name
 * @param contactPoints where the party can be reached
 * @param consent what the party says about being contacted
 * @param identifiers further names of the customer
 */
public record CustomerChange(
    @Nullable @Size(max = 201) String party,
    @Nullable @Size(max = 64) String zone,
    @Nullable @Size(max = 100) Map<String, @Nullable Object> profile,
    @Nullable @Size(max = 20) List<@NotNull @Valid ContactPointGiven> contactPoints,
    @Nullable @Size(max = 50) List<@NotNull @Valid ConsentGiven> consent,
    @Nullable @Size(max = 50) List<@NotNull @Valid IdentifierGiven> identifiers) {

  private static final String CHANNEL = "[a-z][a-z0-9-]{0,19}";
  private static final String CHANNEL_MESSAGE = "must be a lower-case word of at most 20 letters";

  /** One address or number. */
  public record ContactPointGiven(
      @NotBlank @Pattern(regexp = CHANNEL, message = CHANNEL_MESSAGE) String channel,
      @NotBlank @Size(max = 200) String value) {}

  /** One statement; the channel {@code *} is every channel, the purpose {@code *} every purpose. */
  public record ConsentGiven(
      @NotBlank @Pattern(regexp = "\\*|" + CHANNEL, message = CHANNEL_MESSAGE + " or *")
          String channel,
      @NotBlank @Size(max = 40) String purpose,
      @NotNull Boolean granted) {

    private static final String ALL = "*";

    /** True if both are of the same channel and purpose. */
    boolean isOf(ConsentGiven other) {
      return channel.equals(other.channel) && purpose.equals(other.purpose);
    }

    /** True if it is of all that the other one is of. */
    boolean covers(ConsentGiven other) {
      return covers(channel, other.channel) && covers(purpose, other.purpose);
    }

    /** True if there is a contact that both are of. */
    boolean overlaps(ConsentGiven other) {
      return (covers(channel, other.channel) || covers(other.channel, channel))
          && (covers(purpose, other.purpose) || covers(other.purpose, purpose));
    }

    private static boolean covers(String wide, String narrow) {
      return wide.equals(ALL) || wide.equals(narrow);
    }
  }

  /**
   * One name, in {@code [validFrom, validTo)}; absent ends are open. A {@code validFrom} inside
   * somebody else's open window ends that one: the name was recycled.
   */
  public record IdentifierGiven(
      @NotBlank @Size(max = 40) String namespace,
      @NotBlank @Size(max = 160) String value,
      @Nullable Instant validFrom,
      @Nullable Instant validTo) {}
}
