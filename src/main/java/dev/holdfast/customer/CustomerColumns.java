package dev.holdfast.customer;

import dev.holdfast.customer.CustomerChange.ConsentGiven;
import dev.holdfast.customer.CustomerChange.ContactPointGiven;
import dev.holdfast.event.CustomerName;
import dev.holdfast.event.file.Cell;
import dev.holdfast.event.file.ImportMap;
import dev.holdfast.event.file.MapNode;
import dev.holdfast.event.file.Row;
import dev.holdfast.event.file.RowReader;
import dev.holdfast.event.file.RowRejected;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the section {@code customer} of a map says.
 *
 * @param zone column of the zone, null if there is none
 * @param profile columns by the name in the profile
 * @param contactPoints columns by channel
 * @param defaultZone for rows without one, null for none
 * @param consent that everybody in the file has given, by the map's word
 */
record CustomerColumns(
    Cell.Source<CustomerName> name,
    Cell.@Nullable Source<CustomerName> party,
    Cell.@Nullable Source<String> zone,
    Map<String, Cell.Source<String>> profile,
    Map<String, Cell.Source<String>> contactPoints,
    @Nullable String defaultZone,
    List<ConsentGiven> consent) {

  static CustomerColumns of(ImportMap map) {
    MapNode section =
        map.customerSection().only("name", "party", "zone", "profile", "contactPoints", "defaults");
    MapNode party = section.optional("party");
    MapNode zone = section.optional("zone");
    MapNode defaults = section.optional("defaults");
    MapNode defaultZone = null;
    List<ConsentGiven> consent = new ArrayList<>();
    if (defaults != null) {
      defaults.only("zone", "consent");
      defaultZone = defaults.optional("zone");
      MapNode consents = defaults.optional("consent");
      if (consents != null) {
        for (MapNode statement : consents.list()) {
          statement.only("channel", "purpose", "granted");
          consent.add(
              new ConsentGiven(
                  statement.required("channel").text(),
                  statement.required("purpose").text(),
                  statement.flag("granted", true)));
        }
      }
    }
    return new CustomerColumns(
        ImportMap.customerName(section.required("name")),
        party == null ? null : ImportMap.customerName(party),
        zone == null ? null : Cell.text(zone),
        columns(section.optional("profile")),
        columns(section.optional("contactPoints")),
        defaultZone == null ? null : defaultZone.as(CustomerColumns::zone),
        List.copyOf(consent));
  }

  private static String zone(String zone) {
    if (!ZoneId.getAvailableZoneIds().contains(zone)) {
      throw new IllegalArgumentException(
          "zone must be an IANA zone such as Asia/Shanghai, was \"" + zone + "\"");
    }
    return zone;
  }

  private static Map<String, Cell.Source<String>> columns(@Nullable MapNode section) {
    Map<String, Cell.Source<String>> columns = new LinkedHashMap<>();
    if (section != null) {
      section.entries().forEach((name, column) -> columns.put(name, Cell.text(column)));
    }
    return columns;
  }

  /** What the map says about every row, for the audit. */
  String defaults() {
    List<String> said = new ArrayList<>();
    if (defaultZone != null) {
      said.add("zone " + defaultZone);
    }
    for (ConsentGiven statement : consent) {
      said.add(
          (statement.granted() ? "consent to " : "no consent to ")
              + statement.channel()
              + " for "
              + statement.purpose());
    }
    return said.isEmpty() ? "nothing" : String.join(", ", said);
  }

  /** Ready to read the rows of one file. */
  Bound bind(ImportMap map, RowReader reader) {
    return new Bound(this, map, reader);
  }

  /** The columns of one file. */
  static final class Bound {

    private final CustomerColumns columns;
    private final ImportMap.RowCheck rules;
    private final Cell.Reader<CustomerName> name;
    private final Cell.@Nullable Reader<CustomerName> party;
    private final Cell.@Nullable Reader<String> zone;
    private final Map<String, Cell.Reader<String>> profile;
    private final Map<String, Cell.Reader<String>> contactPoints;

    private Bound(CustomerColumns columns, ImportMap map, RowReader reader) {
      this.columns = columns;
      this.rules = map.bindRules(reader);
      this.name = columns.name().bind(reader);
      this.party = columns.party() == null ? null : columns.party().bind(reader);
      this.zone = columns.zone() == null ? null : columns.zone().bind(reader);
      this.profile = bindAll(columns.profile(), reader);
      this.contactPoints = bindAll(columns.contactPoints(), reader);
    }

    private static Map<String, Cell.Reader<String>> bindAll(
        Map<String, Cell.Source<String>> sources, RowReader reader) {
      Map<String, Cell.Reader<String>> readers = new LinkedHashMap<>();
      sources.forEach((key, source) -> readers.put(key, source.bind(reader)));
      return readers;
    }

    String name(Row row) throws RowRejected {
      return name.read(row).toString();
    }

    /** The change that a row wants; absent where the map names no column. */
    CustomerChange change(Row row) throws RowRejected {
      if (row.problem() != null) {
        throw new RowRejected("the line cannot be read", row.problem());
      }
      rules.check(row);
      name(row);
      String rowZone = zone == null ? "" : zone.read(row);
      Map<String, @Nullable Object> values = new LinkedHashMap<>();
      for (Map.Entry<String, Cell.Reader<String>> entry : profile.entrySet()) {
        String value = entry.getValue().read(row);
        if (!value.isEmpty()) {
          values.put(entry.getKey(), value);
        }
      }
      List<ContactPointGiven> points = new ArrayList<>();
      for (Map.Entry<String, Cell.Reader<String>> entry : contactPoints.entrySet()) {
        String value = entry.getValue().read(row);
        if (!value.isEmpty()) {
          points.add(new ContactPointGiven(entry.getKey(), value));
        }
      }
      return new CustomerChange(
          party == null ? null : party.read(row).toString(),
          rowZone.isEmpty() ? columns.defaultZone() : rowZone,
          profile.isEmpty() ? null : values,
          contactPoints.isEmpty() ? null : points,
          columns.consent(),
          null);
    }
  }
}
