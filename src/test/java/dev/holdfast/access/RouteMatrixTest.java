package dev.holdfast.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.holdfast.testsupport.Callers;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every route against every role, by the table {@code access/routes.tsv}: method, path, and the
 * roles that may enter ({@code anyone} without credentials, {@code authenticated} for all roles).
 */
@QuarkusTest
class RouteMatrixTest {

  private static final String ANYONE = "anyone";
  private static final String AUTHENTICATED = "authenticated";

  @Inject Users users;

  @TestHTTPResource("/")
  URI root;

  private final HttpClient http = HttpClient.newHttpClient();

  private record Route(String method, String path, Set<String> roles) {

    String name() {
      return method + " " + path;
    }

    boolean admits(String role) {
      return roles.contains(ANYONE) || roles.contains(AUTHENTICATED) || roles.contains(role);
    }

    /** Nothing has these names, so that a caller who may enter changes nothing. */
    String concretePath() {
      return path.replaceAll("\\{[^}]*}", "999999999");
    }
  }

  @BeforeEach
  void createCallers() {
    Callers.create(users);
  }

  @Test
  void everyRouteOfTheCodeIsInTheTableAndNoOther() throws IOException {
    Set<String> expected = new TreeSet<>();
    for (Route route : table()) {
      if (!route.path().startsWith("/q/")) {
        expected.add(route.name());
      }
    }

    assertThat(routesOfTheCode())
        .as("src/test/resources/access/routes.tsv against the resources")
        .containsExactlyElementsOf(expected);
  }

  @Test
  void everyRouteAdmitsExactlyItsRoles() throws Exception {
    List<String> wrong = new ArrayList<>();
    for (Route route : table()) {
      int anonymous = status(route.method(), route.concretePath(), null);
      if (route.roles().contains(ANYONE) ? anonymous == 401 : anonymous != 401) {
        wrong.add(route.name() + " answered " + anonymous + " to an anonymous caller");
      }
      for (String role : Roles.ALL) {
        int status = status(route.method(), route.concretePath(), Callers.authorization(role));
        boolean entered = status != 401 && status != 403;
        if (entered != route.admits(role)) {
          wrong.add(route.name() + " answered " + status + " to " + role);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void noSpellingOfAPathOpensIt() throws Exception {
    List<String> wrong = new ArrayList<>();
    for (Route route : table()) {
      if (!route.method().equals("GET") || route.roles().contains(ANYONE)) {
        continue;
      }
      String outsider =
          Roles.ALL.stream().filter(role -> !route.admits(role)).findFirst().orElse(null);
      for (String variant : variants(route.concretePath())) {
        int anonymous = status("GET", variant, null);
        if (anonymous < 400) {
          wrong.add(variant + " answered " + anonymous + " to an anonymous caller");
        }
        if (outsider != null) {
          int status = status("GET", variant, Callers.authorization(outsider));
          if (status < 400) {
            wrong.add(variant + " answered " + status + " to " + outsider);
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static List<String> variants(String path) {
    String last = path.substring(path.lastIndexOf('/') + 1);
    String parent = path.substring(0, path.lastIndexOf('/') + 1);
    if (last.isEmpty()) {
      return List.of("//", "/;x", "/%2e", "/./");
    }
    String encoded = "%" + Integer.toHexString(last.charAt(0)) + last.substring(1);
    return List.of(
        "/" + path,
        path + "/",
        path + ";x=1",
        path + "%2f",
        "/%2e" + path,
        "/." + path,
        "/q/health/.." + path,
        "/q/health/%2e%2e" + path,
        "/q/health;" + path,
        parent + "/" + last,
        parent + encoded,
        path.toUpperCase(Locale.ROOT));
  }

  private int status(String method, String path, @Nullable String authorization)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://" + root.getAuthority() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static List<Route> table() throws IOException {
    var routes = new ArrayList<Route>();
    try (var in = RouteMatrixTest.class.getResourceAsStream("/access/routes.tsv")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().toList()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] cells = line.split("\t", -1);
          routes.add(new Route(cells[0], cells[1], Set.of(cells[2].split(",", -1))));
        }
      }
    }
    return routes;
  }

  private static Set<String> routesOfTheCode() {
    Set<String> routes = new TreeSet<>();
    var code =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.holdfast");
    for (JavaClass type : code) {
      for (JavaMethod method : type.getMethods()) {
        verbs(method).forEach(verb -> routes.add(verb + " " + join(pathOf(type), pathOf(method))));
      }
    }
    return routes;
  }

  private static Stream<String> verbs(JavaMethod method) {
    return method.getAnnotations().stream()
        .filter(annotation -> annotation.getRawType().isAnnotatedWith(HttpMethod.class))
        .map(annotation -> annotation.getRawType().getSimpleName());
  }

  private static String pathOf(JavaClass type) {
    return type.isAnnotatedWith(Path.class) ? type.getAnnotationOfType(Path.class).value() : "";
  }

  private static String pathOf(JavaMethod method) {
    return method.isAnnotatedWith(Path.class) ? method.getAnnotationOfType(Path.class).value() : "";
  }

  private static String join(String outer, String inner) {
    String path = ("/" + outer + "/" + inner).replaceAll("/+", "/");
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
