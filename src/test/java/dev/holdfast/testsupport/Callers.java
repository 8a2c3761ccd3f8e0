package dev.holdfast.testsupport;

import dev.holdfast.access.Roles;
import dev.holdfast.access.Users;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** One user per role, for tests that go through the real sign-in. */
public final class Callers {

  /** The password of all of them. */
  public static final String PASSWORD = "only-for-tests-1234";

  private Callers() {}

  /** Creates those that are missing; the user's name is {@code test-ROLE}. */
  public static void create(Users users) {
    List<String> names = users.list().stream().map(Users.User::name).toList();
    for (String role : Roles.ALL) {
      if (!names.contains(name(role))) {
        users.create(name(role), PASSWORD, List.of(role), "test");
      }
    }
  }

  /** The user who has {@code role} and no other. */
  public static String name(String role) {
    return "test-" + role;
  }

  /** The value of the header Authorization for that user. */
  public static String authorization(String role) {
    return basic(name(role), PASSWORD);
  }

  /** HTTP basic. */
  public static String basic(String name, String password) {
    byte[] pair = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }
}
