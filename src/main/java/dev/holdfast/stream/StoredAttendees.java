package dev.holdfast.stream;

import dev.holdfast.activity.Attendee;
import dev.holdfast.scoring.CustomerScan;
import dev.holdfast.warning.AttendeeScan;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.SortedMap;

/** Shows the bell how the customers stand, from the rows that scoring keeps. */
@ApplicationScoped
class StoredAttendees implements AttendeeScan {

  private static final int PAGE = 5_000;

  private final CustomerScan customers;

  StoredAttendees(CustomerScan customers) {
    this.customers = customers;
  }

  @Override
  public void usedSince(int fromDay, Visitor visitor) {
    long after = 0;
    SortedMap<Long, Attendee> page;
    do {
      page = customers.usedSince(fromDay, after, PAGE);
      page.forEach(visitor::see);
      after = page.isEmpty() ? after : page.lastKey();
    } while (page.size() == PAGE);
  }
}
