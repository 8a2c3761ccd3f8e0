package dev.holdfast.event.file;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How rows lie in a file.
 *
 * @param kind the syntax
 * @param delimiter between the fields of CSV and TSV
 * @param quoted whether {@code "} quotes fields
 * @param encoding of the text, null to detect it
 * @param header names of the columns if the file has no header line, else null
 */
public record RowFormat(
    Kind kind,
    char delimiter,
    boolean quoted,
    @Nullable TextEncoding encoding,
    @Nullable List<String> header) {

  /** Syntax of a file. */
  public enum Kind {
    CSV,
    TSV,
    JSONL
  }
}
