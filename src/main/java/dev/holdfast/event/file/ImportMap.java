package dev.holdfast.event.file;

import dev.holdfast.event.Cadence;
import dev.holdfast.event.CustomerName;
import dev.holdfast.event.EventKind;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the columns of a file mean: a small YAML file, described with an example in {@code
 * training/maps/README.md}.
 */
public final class ImportMap {

  private static final Path SHIPPED = Path.of("training", "maps");

  private final Path file;
  private final MapNode root;
  private final RowFormat format;
  private final List<Rule> rules;

  private ImportMap(Path file, MapNode root) {
    this.file = file;
    this.root = root;
    root.only(
        "format",
        "delimiter",
        "quoted",
        "encoding",
        "header",
        "source",
        "event",
        "customer",
        "where");
    this.format = format(root);
    this.rules = rules(root.optional("where"));
  }

  /**
   * Reads a map.
   *
   * @param pathOrName a file, or the name of a map that ships in {@code training/maps}
   * @throws UnusableFile if there is none or it breaks a rule; the message names line and remedy
   */
  public static ImportMap read(String pathOrName) {
    Path path = Path.of(pathOrName);
    if (!Files.exists(path)) {
      Path shipped = SHIPPED.resolve(pathOrName + ".yaml");
      if (!Files.exists(shipped)) {
        throw new UnusableFile(
            "there is no map \"" + pathOrName + "\": name a file or one of " + shipped());
      }
      path = shipped;
    }
    return new ImportMap(path, MapNode.read(path));
  }

  private static String shipped() {
    try (Stream<Path> files = Files.list(SHIPPED)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .map(name -> name.substring(0, name.length() - ".yaml".length()))
          .sorted()
          .collect(Collectors.joining(", "));
    } catch (IOException e) {
      return "the maps in " + SHIPPED + ", which is not here";
    }
  }

  /** The name by which people know it: the file's without its ending. */
  public String name() {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot <= 0 ? name : name.substring(0, dot);
  }

  /** How the rows lie in the file. */
  public RowFormat format() {
    return format;
  }

  /** The section that says what a row means as a customer. */
  public MapNode customerSection() {
    return root.required("customer");
  }

  /**
   * The source that the events of a file belong to.
   *
   * @param name as in the events
   * @param cadence how it reports from now on
   * @param maxSilence the longest step that is normal for it
   */
  public record DeclaredSource(String name, Cadence cadence, Duration maxSilence) {}

  /** The source that the map declares. */
  public DeclaredSource source() {
    MapNode source = root.required("source").only("name", "cadence", "maxSilence");
    Cadence cadence = source.required("cadence").as(Cadence::of);
    MapNode silence = source.optional("maxSilence");
    return new DeclaredSource(
        source.required("name").text(),
        cadence,
        silence == null ? cadence.maxSilence() : silence.as(ImportMap::duration));
  }

  private static Duration duration(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "maxSilence must be an ISO 8601 duration such as PT6H or P2D, was \"" + text + "\"", e);
    }
  }

  /** Checks the rows that the section {@code where} wants. */
  public RowCheck bindRules(RowReader reader) {
    List<RowCheck> bound = rules.stream().map(rule -> rule.bind(reader)).toList();
    return row -> {
      for (RowCheck check : bound) {
        check.check(row);
      }
    };
  }

  /** Refuses rows that are not wanted. */
  public interface RowCheck {
    void check(Row row) throws RowRejected;
  }

  /** What the section {@code event} says, read and checked. */
  EventColumns event() {
    MapNode event =
        root.required("event")
            .only(
                "id",
                "customer",
                "name",
                "kind",
                "occurredAt",
                "availableAt",
                "count",
                "amount",
                "currency",
                "channel",
                "properties");
    MapNode id = event.optional("id");
    MapNode availableAt = event.optional("availableAt");
    MapNode count = event.optional("count");
    MapNode amount = event.optional("amount");
    MapNode currency = event.optional("currency");
    MapNode channel = event.optional("channel");
    MapNode properties = event.optional("properties");
    if (currency != null && amount == null) {
      throw currency.refuse("currency is given without amount; name the amount's column too");
    }
    return new EventColumns(
        id == null ? null : Cell.text(id),
        customerName(event.required("customer")),
        Cell.text(event.required("name")),
        kind(event.required("kind")),
        Cell.instant(event.required("occurredAt")),
        availableAt == null ? null : Cell.instant(availableAt),
        count == null ? null : Cell.number(count),
        amount == null ? null : Cell.number(amount),
        currency == null ? null : currency.as(ImportMap::currency),
        channel == null ? null : Cell.text(channel),
        properties == null ? List.of() : properties.texts());
  }

  /** The parts of an event in a file; null where the map names none. */
  record EventColumns(
      Cell.@Nullable Source<String> id,
      Cell.Source<CustomerName> customer,
      Cell.Source<String> name,
      Cell.Source<EventKind> kind,
      Cell.Source<Instant> occurredAt,
      Cell.@Nullable Source<Instant> availableAt,
      Cell.@Nullable Source<BigDecimal> count,
      Cell.@Nullable Source<BigDecimal> amount,
      @Nullable String currency,
      Cell.@Nullable Source<String> channel,
      List<String> properties) {}

  private static String currency(String text) {
    if (!text.matches("[A-Z]{3}")) {
      throw new IllegalArgumentException(
          "currency must be an ISO 4217 code of three capitals, was \"" + text + "\"");
    }
    return text;
  }

  /** The name of a customer: a column and the namespace of its values. */
  public static Cell.Source<CustomerName> customerName(MapNode node) {
    node.only("column", "namespace", "integer");
    String column = node.required("column").text();
    String namespace =
        node.required("namespace").as(text -> new CustomerName(text, "x").namespace());
    Cell.Source<String> value =
        node.flag("integer", false) ? Cell.integer(column) : Cell.column(column);
    return file -> {
      Cell.Reader<String> reader = value.bind(file);
      return row -> {
        String text = reader.read(row);
        if (text.isEmpty()) {
          throw new RowRejected(column + " is empty", column + " is empty: no customer is named");
        }
        try {
          return new CustomerName(namespace, text);
        } catch (IllegalArgumentException e) {
          throw new RowRejected(
              column + " is no name of a customer", column + ": " + e.getMessage());
        }
      };
    };
  }

  private static Cell.Source<EventKind> kind(MapNode node) {
    if (!node.isObject()) {
      EventKind kind = node.as(EventKind::of);
      return file -> row -> kind;
    }
    node.only("column", "values", "otherwise");
    String column = node.required("column").text();
    Map<String, EventKind> kinds = new LinkedHashMap<>();
    node.required("values")
        .entries()
        .forEach((value, kind) -> kinds.put(value, kind.as(EventKind::of)));
    MapNode otherwiseNode = node.optional("otherwise");
    EventKind otherwise = otherwiseNode == null ? null : otherwiseNode.as(EventKind::of);
    return file -> {
      int index = file.column(column);
      return row -> {
        EventKind kind = kinds.getOrDefault(row.value(index), otherwise);
        if (kind == null) {
          throw new RowRejected(
              column + " has no kind in the map",
              column + " \"" + row.value(index) + "\" has no kind in the map");
        }
        return kind;
      };
    };
  }

  private static RowFormat format(MapNode root) {
    MapNode formatNode = root.required("format");
    RowFormat.Kind kind =
        switch (formatNode.text()) {
          case "csv" -> RowFormat.Kind.CSV;
          case "tsv" -> RowFormat.Kind.TSV;
          case "jsonl" -> RowFormat.Kind.JSONL;
          default ->
              throw formatNode.refuse(
                  "format must be csv, tsv or jsonl, was \"" + formatNode.text() + "\"");
        };
    MapNode delimiter = root.optional("delimiter");
    char separator = kind == RowFormat.Kind.TSV ? '\t' : ',';
    if (delimiter != null) {
      separator = delimiter.as(ImportMap::separator);
    }
    MapNode encoding = root.optional("encoding");
    MapNode header = root.optional("header");
    return new RowFormat(
        kind,
        separator,
        root.flag("quoted", true),
        encoding == null || encoding.text().equals("auto")
            ? null
            : encoding.as(ImportMap::encoding),
        header == null ? null : header.texts());
  }

  private static char separator(String text) {
    if (text.length() != 1 || text.charAt(0) == '"') {
      throw new IllegalArgumentException(
          "delimiter must be one character and no quote, was \"" + text + "\"");
    }
    return text.charAt(0);
  }

  private static TextEncoding encoding(String text) {
    TextEncoding encoding = TextEncoding.of(text);
    if (encoding == null) {
      throw new IllegalArgumentException("encoding must be utf-8 or gb18030 here");
    }
    return encoding;
  }

  /** One wish about a column. */
  private record Rule(String column, String wish, @Nullable BigDecimal bound) {

    static Rule of(String column, MapNode wishNode) {
      String wish = wishNode.text();
      if (wish.equals("present")) {
        return new Rule(column, wish, null);
      }
      for (String comparison : List.of(">=", "<=", "!=", ">", "<", "=")) {
        if (wish.startsWith(comparison)) {
          try {
            return new Rule(
                column, comparison, new BigDecimal(wish.substring(comparison.length()).strip()));
          } catch (NumberFormatException e) {
            break;
          }
        }
      }
      throw wishNode.refuse(
          "a rule must be \"present\" or a comparison with a number such as \"> 0\", was \""
              + wish
              + "\"");
    }

    RowCheck bind(RowReader reader) {
      int index = reader.column(column);
      BigDecimal limit = bound;
      if (limit == null) {
        String rule = column + " must be present";
        return row -> {
          if (row.value(index).isEmpty()) {
            throw new RowRejected(rule, rule);
          }
        };
      }
      String rule = column + " must be " + wish + " " + limit.toPlainString();
      return row -> {
        BigDecimal value = Cell.number(row.value(index), column);
        if (!holds(value.compareTo(limit))) {
          throw new RowRejected(rule, rule + ", was " + row.value(index));
        }
      };
    }

    private boolean holds(int comparison) {
      return switch (wish) {
        case ">" -> comparison > 0;
        case ">=" -> comparison >= 0;
        case "<" -> comparison < 0;
        case "<=" -> comparison <= 0;
        case "=" -> comparison == 0;
        default -> comparison != 0;
      };
    }
  }

  private static List<Rule> rules(@Nullable MapNode where) {
    List<Rule> rules = new ArrayList<>();
    if (where != null) {
      where.entries().forEach((column, wish) -> rules.add(Rule.of(column, wish)));
    }
    return rules;
  }
}
