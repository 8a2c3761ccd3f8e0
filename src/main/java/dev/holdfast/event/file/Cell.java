package dev.holdfast.event.file;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a map says about one value of a row, bound to the columns of a file before the first row.
 */
public final class Cell {

  /** Most characters and most decimals of a number. */
  private static final int MAX_NUMBER = 64;

  private Cell() {}

  /** Reads one value of a row. */
  public interface Reader<T> {
    T read(Row row) throws RowRejected;
  }

  /** Names columns; bound to a file it reads. */
  public interface Source<T> {
    Reader<T> bind(RowReader file);
  }

  /** Text of a column, empty if there is none; or the same text for every row. */
  public static Source<String> text(MapNode node) {
    if (!node.isObject()) {
      return column(node.text());
    }
    node.only("column", "constant", "integer");
    MapNode constant = node.optional("constant");
    if (constant != null) {
      String text = constant.text();
      return file -> row -> text;
    }
    String name = node.required("column").text();
    return node.flag("integer", false) ? integer(name) : column(name);
  }

  /** Text of a column, empty if there is none. */
  public static Source<String> column(String name) {
    return file -> {
      int column = file.column(name);
      return row -> row.value(column);
    };
  }

  /** A whole number that some tool wrote as {@code 17850.0}. */
  static Source<String> integer(String name) {
    return file -> {
      int column = file.column(name);
      return row -> {
        String text = row.value(column);
        if (text.isEmpty()) {
          return text;
        }
        try {
          BigInteger whole = number(text, name).toBigIntegerExact();
          return whole.toString();
        } catch (ArithmeticException e) {
          throw new RowRejected(
              name + " must be a whole number",
              name + " must be a whole number, was \"" + text + "\"");
        }
      };
    };
  }

  /** A number in a column, or the product of several. */
  static Source<BigDecimal> number(MapNode node) {
    List<String> names = new ArrayList<>();
    if (!node.isObject()) {
      names.add(node.text());
    } else {
      node.only("column", "product");
      MapNode product = node.optional("product");
      if (product == null) {
        names.add(node.required("column").text());
      } else {
        names.addAll(product.texts());
      }
    }
    return file -> {
      int[] columns = names.stream().mapToInt(file::column).toArray();
      return row -> {
        BigDecimal value = BigDecimal.ONE;
        for (int i = 0; i < columns.length; i++) {
          value = value.multiply(number(row.value(columns[i]), names.get(i)));
        }
        return value;
      };
    };
  }

  static BigDecimal number(String text, String column) throws RowRejected {
    try {
      // The length first: reading a million digits takes long.
      if (text.length() <= MAX_NUMBER) {
        BigDecimal number = new BigDecimal(text);
        if (Math.abs(number.scale()) <= MAX_NUMBER) {
          return number;
        }
      }
    } catch (NumberFormatException e) {
      // Refused below, with the column's name.
    }
    throw new RowRejected(
        column + " must be a number", column + " must be a number, was \"" + text + "\"");
  }

  /** An instant in a column: ISO, a pattern in a zone, or a number since 1970. */
  static Source<Instant> instant(MapNode node) {
    if (!node.isObject()) {
      return instants(node.text(), "iso", text -> Instant.parse(text));
    }
    node.only("column", "format", "zone");
    String column = node.required("column").text();
    String format = node.text("format", "iso");
    MapNode zoneNode = node.optional("zone");
    ZoneId zone = zoneNode == null ? null : zoneNode.as(ZoneId::of);
    switch (format) {
      case "iso":
        return instants(column, format, text -> Instant.parse(text));
      case "epoch-millis":
        return instants(column, format, text -> Instant.ofEpochMilli(whole(text)));
      case "epoch-seconds":
        return instants(column, format, text -> Instant.ofEpochSecond(whole(text)));
      default:
        if (zone == null) {
          throw node.refuse(
              "a pattern needs a \"zone\", for example Asia/Shanghai or UTC, because the text has"
                  + " none");
        }
        DateTimeFormatter formatter = node.required("format").as(pattern -> formatter(pattern));
        return instants(column, format, text -> local(formatter.parse(text), zone));
    }
  }

  private static DateTimeFormatter formatter(String pattern) {
    // Strict, so that the 30th of February is refused; strict needs the proleptic year.
    return DateTimeFormatter.ofPattern(pattern.replace('y', 'u'), Locale.ROOT)
        .withResolverStyle(ResolverStyle.STRICT);
  }

  private static Instant local(TemporalAccessor parsed, ZoneId zone) {
    LocalDate date = LocalDate.from(parsed);
    return parsed.query(TemporalQueries.localTime()) == null
        ? date.atStartOfDay(zone).toInstant()
        : LocalDateTime.from(parsed).atZone(zone).toInstant();
  }

  private static long whole(String text) {
    return new BigDecimal(text).longValueExact();
  }

  private interface InstantParser {
    Instant parse(String text);
  }

  private static Source<Instant> instants(String name, String format, InstantParser parser) {
    return file -> {
      int column = file.column(name);
      return new Reader<>() {
        // Neighbouring rows often share their instant.
        private String lastText = "";
        private Instant last = Instant.EPOCH;

        @Override
        public Instant read(Row row) throws RowRejected {
          String text = row.value(column);
          if (!text.equals(lastText)) {
            try {
              last = Objects.requireNonNull(parser.parse(text));
              lastText = text;
            } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
              String rule = name + " must be a time as " + format;
              throw new RowRejected(rule, rule + ", was \"" + text + "\"");
            }
          } else if (text.isEmpty()) {
            throw new RowRejected(name + " is empty", name + " is empty");
          }
          return last;
        }
      };
    };
  }
}
