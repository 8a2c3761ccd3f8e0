package dev.holdfast.cli;

import dev.holdfast.training.Experiment;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** A file of events that takes the place of the stored history. */
final class EventFile {

  @Option(
      names = "--events",
      paramLabel = "FILE",
      required = true,
      description = "learn from this file of events instead of the store; may be repeated")
  Path file;

  @Option(
      names = "--map",
      paramLabel = "MAP",
      required = true,
      description = "what its columns mean: a YAML file, or the name of one in training/maps")
  String map;

  static List<Experiment.File> asFiles(List<EventFile> events) {
    return events.stream().map(one -> new Experiment.File(one.file.toString(), one.map)).toList();
  }
}
