package dev.holdfast.warning;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** Settings of who is told of an incident, and when. */
@ConfigMapping(prefix = "holdfast.warnings")
interface WarningsConfig {

  /**
   * Who owns a new incident: rules {@code KIND [SUBJECT-PREFIX] -> USER} with semicolons between,
   * the first that fits; {@code *} is any kind. Without a rule nobody does until somebody
   * acknowledges it.
   */
  Optional<String> owners();

  /** Within these hours of the calendar's zone messages are sent, {@code from-to}. */
  @WithDefault("00:00-24:00")
  String hours();

  /** On these weekdays of the calendar's zone messages are sent. */
  @WithDefault("MON,TUE,WED,THU,FRI,SAT,SUN")
  String days();

  /**
   * A message does not wait for the hours if at least this share of what was expected is missing, a
   * silent feed counting as 1; empty: every message waits.
   */
  OptionalDouble urgentFrom();

  /** Within this business time a further incident of the same subject has no message of its own. */
  @WithDefault("24H")
  Duration refireAfter();

  /** So many messages about new incidents a recipient gets in 24 hours; the digest has the rest. */
  @WithDefault("20")
  @Min(1)
  int messagesADay();

  /** When the daily digest is written, in the calendar's zone; {@code off} for never. */
  @WithDefault("08:00")
  String digest();

  /** Where people reach this service, for links in messages, such as https://holdfast.example. */
  Optional<URI> address();

  /** How often a replica looks for messages to send. */
  @WithDefault("5s")
  String sendEvery();

  /** How often a replica looks for customers to hold or to release. */
  @WithDefault("10s")
  String holdEvery();
}
