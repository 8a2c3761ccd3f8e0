package dev.holdfast.console;

import java.util.List;

/** Pages that belong into the navigation. A bean of this type adds its own; nothing else is due. */
public interface Pages {

  /** In any order. */
  List<NavEntry> entries();
}
