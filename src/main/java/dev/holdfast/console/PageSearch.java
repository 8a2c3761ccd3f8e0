package dev.holdfast.console;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;

/** Finds pages by what the navigation calls them, in any language. */
@ApplicationScoped
class PageSearch implements SearchSource {

  @Override
  public List<Found> find(String words, Shell reader, int most) {
    String wanted = words.toLowerCase(Locale.ROOT);
    return reader.open().stream()
        .filter(
            entry ->
                reader.languages().stream()
                    .map(language -> new Words(language).of("nav_" + entry.name()))
                    .anyMatch(name -> name.toLowerCase(Locale.ROOT).contains(wanted)))
        .limit(most)
        .map(
            entry ->
                new Found("page", reader.words().of("nav_" + entry.name()), null, entry.path()))
        .toList();
  }
}
