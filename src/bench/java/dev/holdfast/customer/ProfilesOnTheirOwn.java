package dev.holdfast.customer;

import com.fasterxml.jackson.databind.ObjectMapper;
import javax.sql.DataSource;

/** Profiles without the service. */
public final class ProfilesOnTheirOwn {

  private ProfilesOnTheirOwn() {}

  /** Of a database. */
  public static Profiles of(DataSource database, ObjectMapper json) {
    return new Profiles(database, json);
  }
}
