package dev.holdfast.training;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A measurement in a JVM of its own, so that none profits from what another warmed up or pays for
 * what it left behind. The child says what it measured in lines of {@code name=value}.
 */
final class Child {

  private final Map<String, String> said;

  private Child(Map<String, String> said) {
    this.said = said;
  }

  /**
   * Runs {@link Bench} in a child and waits for it.
   *
   * @param heap as after {@code -Xmx}
   * @throws IllegalStateException if the child fails; its errors are on ours
   */
  static Child run(String heap, List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    command.add("-Duser.timezone=UTC");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Bench.class.getName());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    // Idle threads of XGBoost sleep, on both sides, so that they do not burn a shared machine.
    builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
    Process process = builder.start();
    Map<String, String> said = new HashMap<>();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        int equals = line.indexOf('=');
        if (equals > 0) {
          said.put(line.substring(0, equals), line.substring(equals + 1));
        }
      }
    }
    int exit = process.waitFor();
    if (exit != 0) {
      throw new IllegalStateException("a child ended with " + exit + ": " + arguments);
    }
    return new Child(said);
  }

  /** What the child said of this. */
  String text(String name) {
    return Objects.requireNonNull(said.get(name), () -> "the child did not say " + name);
  }

  /** A number the child said. */
  double number(String name) {
    return Double.parseDouble(text(name));
  }

  /** Says something to the parent. */
  static void say(String name, Object value) {
    System.out.println(name + "=" + value);
  }
}
