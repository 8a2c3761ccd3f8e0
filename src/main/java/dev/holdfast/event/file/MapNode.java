package dev.holdfast.event.file;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A place in a map file that knows its line, so that every refusal names it. */
public final class MapNode {

  private static final int MAX_BYTES = 1024 * 1024;
  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private final Path file;
  private final JsonNode node;
  private final String pointer;
  private final Map<String, Integer> lines;

  private MapNode(Path file, JsonNode node, String pointer, Map<String, Integer> lines) {
    this.file = file;
    this.node = node;
    this.pointer = pointer;
    this.lines = lines;
  }

  /**
   * Reads a YAML file.
   *
   * @throws UnusableFile if it is missing or no YAML object
   */
  static MapNode read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new UnusableFile(file + " is larger than 1 MB, which no map is");
      }
      String text = Files.readString(file);
      JsonNode node = YAML.readTree(text);
      if (node == null || !node.isObject()) {
        throw new UnusableFile(
            file + " must hold keys and values, as training/maps/README.md says");
      }
      return new MapNode(file, node, "", lines(text));
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      String message = e.getOriginalMessage();
      throw new UnusableFile(
          file + ":" + line + ": not YAML: " + message.lines().findFirst().orElse(""), e);
    } catch (MalformedInputException e) {
      throw new UnusableFile(file + " is not UTF-8; save it as UTF-8", e);
    } catch (IOException e) {
      throw new UnusableFile(file + " cannot be read; check the path", e);
    }
  }

  private static Map<String, Integer> lines(String text) throws IOException {
    Map<String, Integer> lines = new HashMap<>();
    try (JsonParser parser = YAML.getFactory().createParser(text)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.END_OBJECT
            || parser.currentToken() == JsonToken.END_ARRAY) {
          continue;
        }
        lines.putIfAbsent(
            parser.getParsingContext().pathAsPointer().toString(),
            parser.currentTokenLocation().getLineNr());
      }
    }
    return lines;
  }

  /** A refusal that names file and line. */
  public UnusableFile refuse(String message) {
    String at = pointer;
    while (!lines.containsKey(at) && !at.isEmpty()) {
      at = at.substring(0, at.lastIndexOf('/'));
    }
    return new UnusableFile(file + ":" + lines.getOrDefault(at, 1) + ": " + message);
  }

  /** Refuses keys other than {@code known}. */
  public MapNode only(String... known) {
    if (!node.isObject()) {
      throw refuse(name() + " must have the keys " + String.join(", ", known));
    }
    Set<String> allowed = Set.of(known);
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!allowed.contains(key)) {
                throw child(key)
                    .refuse("unknown key \"" + key + "\"; known here: " + String.join(", ", known));
              }
            });
    return this;
  }

  /** The node under {@code key}, null if there is none. */
  public @Nullable MapNode optional(String key) {
    return node.hasNonNull(key) ? child(key) : null;
  }

  /** The node under {@code key}, which must be there. */
  public MapNode required(String key) {
    MapNode found = optional(key);
    if (found == null) {
      throw refuse("\"" + key + "\" is missing" + (pointer.isEmpty() ? "" : " in " + name()));
    }
    return found;
  }

  /** True for keys and values, false for a plain value or a list. */
  public boolean isObject() {
    return node.isObject();
  }

  /** A plain value as text. */
  public String text() {
    if (!node.isValueNode()) {
      throw refuse(name() + " must be a plain value");
    }
    String text = node.asText().strip();
    if (text.isEmpty()) {
      throw refuse(name() + " must not be empty");
    }
    return text;
  }

  /** The plain value under {@code key}, or {@code otherwise}. */
  public String text(String key, String otherwise) {
    MapNode found = optional(key);
    return found == null ? otherwise : found.text();
  }

  /** The truth value under {@code key}, or {@code otherwise}. */
  public boolean flag(String key, boolean otherwise) {
    MapNode found = optional(key);
    if (found == null) {
      return otherwise;
    }
    if (!found.node.isBoolean()) {
      throw found.refuse(key + " must be true or false");
    }
    return found.node.booleanValue();
  }

  /** A plain value, read by a function whose IllegalArgumentException becomes the refusal. */
  public <T> T as(Function<String, T> reader) {
    try {
      return reader.apply(text());
    } catch (IllegalArgumentException | DateTimeException e) {
      throw refuse(String.valueOf(e.getMessage()));
    }
  }

  /** The elements of a list. */
  public List<MapNode> list() {
    if (!node.isArray()) {
      throw refuse(name() + " must be a list");
    }
    List<MapNode> elements = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      elements.add(new MapNode(file, node.get(i), pointer + "/" + i, lines));
    }
    return elements;
  }

  /** The elements of a list of plain values. */
  public List<String> texts() {
    return list().stream().map(MapNode::text).toList();
  }

  /** Keys and their values, in the order of the file. */
  public Map<String, MapNode> entries() {
    if (!node.isObject()) {
      throw refuse(name() + " must be keys and values");
    }
    Map<String, MapNode> entries = new LinkedHashMap<>();
    node.fieldNames().forEachRemaining(key -> entries.put(key, child(key)));
    return entries;
  }

  private MapNode child(String key) {
    return new MapNode(
        file, node.path(key), pointer + "/" + key.replace("~", "~0").replace("/", "~1"), lines);
  }

  private String name() {
    return pointer.isEmpty() ? "the map" : pointer.substring(1).replace('/', '.');
  }
}
