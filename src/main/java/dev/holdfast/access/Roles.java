package dev.holdfast.access;

import java.util.List;

/** The roles, for {@code @RolesAllowed}. No role contains another: name all that may enter. */
public final class Roles {

  /** Reads lists and reports. */
  public static final String VIEWER = "viewer";

  /** Calls customers: reads the call list, posts outcomes. */
  public static final String AGENT = "agent";

  /** Runs campaigns. */
  public static final String RETENTION_LEAD = "retention-lead";

  /** Trains and promotes models. */
  public static final String DATA_SCIENTIST = "data-scientist";

  /** Runs the service: keys, users, metrics, clock. */
  public static final String OPERATOR = "operator";

  /** A machine: the intake, the CRM. */
  public static final String SERVICE = "service";

  /** All roles. */
  public static final List<String> ALL =
      List.of(VIEWER, AGENT, RETENTION_LEAD, DATA_SCIENTIST, OPERATOR, SERVICE);

  private Roles() {}
}
