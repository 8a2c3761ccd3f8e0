package dev.holdfast.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EventChannelTest {

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(wrapped(new SQLException("too long", "22001")), true),
        Arguments.of(wrapped(new SQLException("no such party", "23000")), true),
        Arguments.of(wrapped(new IllegalArgumentException("out of range")), true),
        Arguments.of(wrapped(new NullPointerException()), true),
        Arguments.of(wrapped(new SQLException("connection refused", "08000")), false),
        Arguments.of(wrapped(new SQLException("deadlock", "40001")), false),
        Arguments.of(wrapped(new SQLException("lock wait timeout", "HY000")), false),
        Arguments.of(wrapped(new SQLException("acquisition timeout")), false),
        Arguments.of(new IllegalStateException("the container stops"), false));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void onlyWhatTryingAgainCannotHelpBlamesTheMessage(Throwable failure, boolean blamed) {
    assertThat(EventChannel.blamesTheMessage(failure)).isEqualTo(blamed);
  }

  private static Throwable wrapped(Throwable cause) {
    return new IllegalStateException("the batch could not be applied", cause);
  }
}
