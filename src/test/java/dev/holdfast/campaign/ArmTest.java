package dev.holdfast.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ArmTest {

  private static final int PARTIES = 20_000;

  @Test
  void theShareHeldOutIsTheShareAskedFor() {
    long seed = 11;
    byte[] salt = salt(seed);

    long heldOut =
        LongStream.range(0, PARTIES).filter(id -> Arm.of(salt, id, 0.2) == Arm.HOLD_OUT).count();

    // Four standard errors of a binomial share.
    assertThat(heldOut / (double) PARTIES).as("seed %d", seed).isBetween(0.1887, 0.2113);
  }

  @Test
  void aPartyKeepsItsArmThroughoutARun() {
    byte[] salt = salt(12);

    for (long id = 0; id < 1000; id++) {
      assertThat(Arm.of(salt, id, 0.2)).isEqualTo(Arm.of(salt.clone(), id, 0.2));
    }
  }

  @Test
  void anotherRunDrawsAfresh() {
    long agreeing =
        LongStream.range(0, PARTIES)
            .filter(id -> Arm.of(salt(13), id, 0.5) == Arm.of(salt(14), id, 0.5))
            .count();

    assertThat(agreeing / (double) PARTIES).isBetween(0.485, 0.515);
  }

  @Test
  void theEndsOfTheShareHoldOutNobodyAndEverybody() {
    for (long id = 0; id < 1000; id++) {
      assertThat(Arm.of(salt(15), id, 0)).isEqualTo(Arm.TREATMENT);
      assertThat(Arm.of(salt(15), id, 1)).isEqualTo(Arm.HOLD_OUT);
    }
  }

  private static byte[] salt(long seed) {
    byte[] salt = new byte[16];
    new Random(seed).nextBytes(salt);
    return salt;
  }
}
