package dev.holdfast.campaign;

/** Why an episode opened. */
enum Cause {
  /** The risk rose to the threshold, by silence or by an event. */
  CROSSING("crossing"),
  /** The customer already stood above it and was admitted within the day's intake. */
  INTAKE("intake"),
  /** The customer is one of those whom an incident is about. */
  INCIDENT("incident"),
  /** Something happened to the customer with which the campaign begins. */
  EVENT("event");

  private final String storedName;

  Cause(String storedName) {
    this.storedName = storedName;
  }

  /** The word in the database. */
  String storedName() {
    return storedName;
  }
}
