package dev.holdfast.access;

import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SystemClock;
import io.quarkus.elytron.security.common.BcryptUtil;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.UsernamePasswordAuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Checks user names and passwords (HTTP basic) against the table of users.
 *
 * <p>bcrypt is slow on purpose, and basic authentication sends the password with each request: so a
 * successful check is remembered for five minutes, bound to the stored hash, which is read at every
 * request. A changed password or a disabled user is thus refused at once.
 *
 * <p>However it is asked, by the form or over basic, a name that was tried with too many wrong
 * passwords must wait, though not whoever is remembered. Calls with the same password that come
 * together are checked once, and a wrong password that is sent again is no further guess: a script
 * that was not told of a new password locks nobody out.
 */
@ApplicationScoped
class PasswordIdentityProvider implements IdentityProvider<UsernamePasswordAuthenticationRequest> {

  private static final long REMEMBER_NANOS = 5L * 60 * 1_000_000_000;
  private static final int MOST_REMEMBERED = 1_000;

  /** Checked for unknown users, so that they take as long as known ones. */
  private static final String NOBODY = BcryptUtil.bcryptHash(Secrets.token(16));

  private final byte[] salt = Secrets.bytes(32);
  private final Map<String, Right> right = new ConcurrentHashMap<>();
  private final Map<String, Check> lastWrong = new ConcurrentHashMap<>();

  /** Under way: whoever brings the same waits for this one check, and for no other. */
  private final Map<Check, FutureTask<Boolean>> checks = new ConcurrentHashMap<>();

  private final TokenBuckets guesses;
  private final SystemClock clock;

  PasswordIdentityProvider(SessionConfig config, SystemClock clock) {
    this.guesses = new TokenBuckets(config.guessesPerSecond(), config.guesses());
    this.clock = clock;
  }

  /** A password, by its digest, held against a stored hash. */
  private record Check(String name, String storedHash, String digest) {}

  private record Right(Check check, long at) {}

  private record Stored(String name, String hash, Set<String> roles) {}

  @Override
  public Class<UsernamePasswordAuthenticationRequest> getRequestType() {
    return UsernamePasswordAuthenticationRequest.class;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      UsernamePasswordAuthenticationRequest request, AuthenticationRequestContext context) {
    return context.runBlocking(
        () -> identity(request.getUsername(), new String(request.getPassword().getPassword())));
  }

  private SecurityIdentity identity(String typed, String password) {
    Optional<Stored> stored =
        QuarkusTransaction.requiringNew()
            .call(
                () ->
                    UserAccount.named(typed)
                        .filter(user -> !user.disabled)
                        .map(user -> new Stored(user.name, user.passwordHash, user.roleSet())));
    // The database finds a name by other spellings too: whoever that is has one name.
    Check check =
        new Check(
            guessed(stored.map(Stored::name).orElse(typed)),
            stored.map(Stored::hash).orElse(NOBODY),
            HexFormat.of().formatHex(Secrets.sha256(salt, password)));
    if (!matches(check, password) || stored.isEmpty()) {
      throw new AuthenticationFailedException();
    }
    return QuarkusSecurityIdentity.builder()
        .setPrincipal(new QuarkusPrincipal(stored.get().name()))
        .addRoles(stored.get().roles())
        .build();
  }

  private boolean matches(Check check, String password) {
    Optional<Boolean> known = known(check);
    if (known.isPresent()) {
      return known.get();
    }
    FutureTask<Boolean> own = new FutureTask<>(() -> matchesSlowly(check, password));
    FutureTask<Boolean> others = checks.putIfAbsent(check, own);
    if (others != null) {
      return outcome(others);
    }
    own.run();
    checks.remove(check);
    return outcome(own);
  }

  private static boolean outcome(FutureTask<Boolean> check) {
    try {
      return check.get();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AuthenticationFailedException(stopped);
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("a password cannot be checked", failure);
    }
  }

  /** What came of the same check lately; empty if it must be made. */
  private Optional<Boolean> known(Check check) {
    Right known = right.get(check.name());
    if (known != null
        && known.check().equals(check)
        && System.nanoTime() - known.at() < REMEMBER_NANOS) {
      return Optional.of(true);
    }
    return check.equals(lastWrong.get(check.name())) ? Optional.of(false) : Optional.empty();
  }

  private boolean matchesSlowly(Check check, String password) {
    // It may have been made since it was looked for.
    Optional<Boolean> known = known(check);
    if (known.isPresent()) {
      return known.get();
    }
    TokenBuckets.Taken taken = guesses.take(check.name(), 1, clock.now());
    if (!taken.granted()) {
      // Over basic it is refused like a wrong password; the form gives the cause.
      throw new AuthenticationFailedException(
          Problem.tooManyRequests(
              "This user name was tried too often. Wait "
                  + Math.max(1, taken.untilThen().toSeconds())
                  + " seconds.",
              taken.untilThen()));
    }
    boolean wrong = false;
    try {
      wrong = !BcryptUtil.matches(password, check.storedHash());
    } finally {
      // Only a wrong password is a guess: neither a right one nor a hash that cannot be read.
      if (!wrong) {
        guesses.giveBack(check.name(), 1);
      }
    }
    if (wrong) {
      remember(lastWrong, check.name(), check);
    } else {
      remember(right, check.name(), new Right(check, System.nanoTime()));
    }
    return !wrong;
  }

  private static <T> void remember(Map<String, T> of, String name, T one) {
    if (of.size() >= MOST_REMEMBERED) {
      of.clear();
    }
    of.put(name, one);
  }

  /** However it is spelled, a name has one bucket; no longer one can be a user's. */
  private static String guessed(String name) {
    String known = name.strip().toLowerCase(Locale.ROOT);
    return known.substring(0, Math.min(known.length(), Users.LONGEST_NAME));
  }
}
