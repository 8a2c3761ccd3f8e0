package dev.holdfast.training;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The page of figures: what a benchmark prints replaces what stands between its two marks, {@code
 * <!-- figures of NAME -->} and {@code <!-- end of NAME -->}.
 */
final class BenchPage {

  private final Path page;

  BenchPage(Path page) {
    this.page = page;
  }

  /** A benchmark that prints to {@link System#out}. */
  interface Run {
    void run() throws Exception;
  }

  /** Lets a benchmark print as ever, and returns what it printed. */
  static String printed(Run bench) throws Exception {
    PrintStream screen = System.out;
    var copy = new ByteArrayOutputStream();
    var both =
        new PrintStream(screen, true, StandardCharsets.UTF_8) {
          @Override
          public void write(byte[] bytes, int from, int length) {
            super.write(bytes, from, length);
            copy.write(bytes, from, length);
          }
        };
    System.setOut(both);
    try {
      bench.run();
    } finally {
      System.setOut(screen);
    }
    return copy.toString(StandardCharsets.UTF_8);
  }

  /**
   * Replaces the figures of a benchmark.
   *
   * @throws IllegalStateException if the page has no place for them
   */
  void write(String name, String figures) throws IOException {
    String start = "<!-- figures of " + name + " -->\n";
    String end = "<!-- end of " + name + " -->";
    String text = Files.readString(page);
    int from = text.indexOf(start);
    int to = text.indexOf(end);
    if (from < 0 || to < from) {
      throw new IllegalStateException(
          page + " has no \"" + start.strip() + "\" and \"" + end + "\" for the figures");
    }
    Files.writeString(
        page,
        text.substring(0, from + start.length())
            + "\n"
            + figures.strip()
            + "\n\n"
            + text.substring(to));
  }
}
