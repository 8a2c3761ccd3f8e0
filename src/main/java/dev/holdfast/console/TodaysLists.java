package dev.holdfast.console;

/** Where the page of call lists gets what it shows. */
public interface TodaysLists {

  /** Status and lists as of now, in business time. */
  CallListPageData read();
}
