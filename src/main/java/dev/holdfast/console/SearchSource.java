package dev.holdfast.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that the search box finds. A bean of this type adds its own kind. */
public interface SearchSource {

  /**
   * One thing found.
   *
   * @param kind its text is {@code search_KIND}
   * @param name what it is called
   * @param detail more to tell it by, null if the name is enough
   * @param path of its page
   */
  record Found(String kind, String name, @Nullable String detail, String path) {}

  /**
   * What the words mean to a reader who may see it, best first; quick, since it runs for each
   * search.
   *
   * @param words as typed, not blank, at most 200 characters
   * @param most how many at most
   */
  List<Found> find(String words, Shell reader, int most);
}
