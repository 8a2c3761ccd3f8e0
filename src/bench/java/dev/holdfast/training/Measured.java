package dev.holdfast.training;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a piece of work took in this process.
 *
 * @param wallSeconds by the clock
 * @param processorSeconds user and system time of all threads, so that other work on the machine
 *     counts less
 */
record Measured(double wallSeconds, double processorSeconds) {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** Work that may fail. */
  interface Work {
    void run() throws Exception;
  }

  static Measured of(Work work) throws Exception {
    long wall = System.nanoTime();
    long processor = SYSTEM.getProcessCpuTime();
    work.run();
    return new Measured(
        (System.nanoTime() - wall) / 1e9, (SYSTEM.getProcessCpuTime() - processor) / 1e9);
  }

  /** The most memory this process ever held, in MiB: heap, native code and libraries together. */
  static double peakMegabytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the peak memory is read from /proc of Linux", e);
    }
    throw new IllegalStateException("/proc/self/status has no line VmHWM");
  }

  /** Processes waiting to run, mean of the last minute: above the cores, times say little. */
  static double load() {
    return SYSTEM.getSystemLoadAverage();
  }

  /** Cores, memory and versions in words. */
  static String machine() {
    return String.format(
        java.util.Locale.ROOT,
        "%d cores, %.0f GiB, %s %s, Java %s",
        SYSTEM.getAvailableProcessors(),
        SYSTEM.getTotalMemorySize() / 1024.0 / 1024 / 1024,
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.version());
  }
}
