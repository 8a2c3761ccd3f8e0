package dev.holdfast.campaign;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Whether a party at risk is contacted or held out. */
public enum Arm {
  TREATMENT("treatment"),
  HOLD_OUT("hold-out");

  private final String storedName;

  Arm(String storedName) {
    this.storedName = storedName;
  }

  /** The word in the database and on the wire. */
  String storedName() {
    return storedName;
  }

  /** The arm that is stored as this word. */
  static Arm ofStored(String storedName) {
    return storedName.equals(HOLD_OUT.storedName) ? HOLD_OUT : TREATMENT;
  }

  /**
   * Assigns a party: the same party gets the same arm throughout a run of a campaign, and nothing
   * but the run's salt and the party's id decides.
   *
   * @param salt of the campaign's run, 16 random bytes
   * @param holdOutShare probability of the hold-out, in [0, 1]: at 0 everybody is treated, at 1
   *     nobody
   */
  public static Arm of(byte[] salt, long partyId, double holdOutShare) {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
    sha256.update(salt);
    byte[] hash = sha256.digest(ByteBuffer.allocate(Long.BYTES).putLong(partyId).array());
    // The upper 53 bits make a uniform double in [0, 1).
    double u = (ByteBuffer.wrap(hash).getLong() >>> 11) * 0x1.0p-53;
    return u < holdOutShare ? HOLD_OUT : TREATMENT;
  }
}
