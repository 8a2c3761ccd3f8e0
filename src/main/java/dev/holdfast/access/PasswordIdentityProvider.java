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
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Checks user names and passwords (HTTP basic) against the table of users.
 *
 * <p>bcrypt is slow on purpose, and basic authentication sends the password with each request: so a
 * successful check is remembered for five minutes, bound to the stored hash, which is read at every
 * request. A changed password or a disabled user is thus refused at once.
 *
 * <p>However it is asked, by the form or over basic, a name that was tried with too many wrong
 * passwords must wait, though not whoever is remembered. Calls of one name that come together wait
 * for the first of them and are no guesses of their own.
 */
@ApplicationScoped
class PasswordIdentityProvider implements IdentityProvider<UsernamePasswordAuthenticationRequest> {

  private static final long REMEMBER_NANOS = 5L * 60 * 1_000_000_000;
  private static final int MOST_REMEMBERED = 1_000;
  private static final int TURNS = 64;

  /** Checked for unknown users, so that they take as long as known ones. */
  private static final String NOBODY = BcryptUtil.bcryptHash(Secrets.token(16));

  private final byte[] salt = Secrets.bytes(32);
  private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();
  private final TokenBuckets guesses;
  private final SystemClock clock;

  /** Names share them; whoever waits for another name's turn waits for one check. */
  private final List<ReentrantLock> turns =
      Stream.generate(ReentrantLock::new).limit(TURNS).toList();

  PasswordIdentityProvider(SessionConfig config, SystemClock clock) {
    this.guesses = new TokenBuckets(config.guessesPerSecond(), config.guesses());
    this.clock = clock;
  }

  private record Remembered(byte[] digest, String storedHash, long at) {}

  private record Stored(String hash, Set<String> roles) {}

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

  private SecurityIdentity identity(String name, String password) {
    Optional<Stored> stored =
        QuarkusTransaction.requiringNew()
            .call(
                () ->
                    UserAccount.named(name)
                        .filter(user -> !user.disabled)
                        .map(user -> new Stored(user.passwordHash, user.roleSet())));
    if (!matches(name, password, stored.map(Stored::hash).orElse(NOBODY)) || stored.isEmpty()) {
      throw new AuthenticationFailedException();
    }
    return QuarkusSecurityIdentity.builder()
        .setPrincipal(new QuarkusPrincipal(name))
        .addRoles(stored.get().roles())
        .build();
  }

  private boolean matches(String name, String password, String storedHash) {
    byte[] digest = Secrets.sha256(salt, password);
    if (isRemembered(name, digest, storedHash)) {
      return true;
    }
    ReentrantLock turn = turns.get(Math.floorMod(name.hashCode(), TURNS));
    turn.lock();
    try {
      if (isRemembered(name, digest, storedHash)) {
        return true;
      }
      if (!matchesSlowly(name, password, storedHash)) {
        return false;
      }
      if (remembered.size() >= MOST_REMEMBERED) {
        remembered.clear();
      }
      remembered.put(name, new Remembered(digest, storedHash, System.nanoTime()));
      return true;
    } finally {
      turn.unlock();
    }
  }

  private boolean isRemembered(String name, byte[] digest, String storedHash) {
    Remembered known = remembered.get(name);
    return known != null
        && known.storedHash().equals(storedHash)
        && System.nanoTime() - known.at() < REMEMBER_NANOS
        && MessageDigest.isEqual(known.digest(), digest);
  }

  private boolean matchesSlowly(String name, String password, String storedHash) {
    String guessed = guessed(name);
    TokenBuckets.Taken taken = guesses.take(guessed, 1, clock.now());
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
      wrong = !BcryptUtil.matches(password, storedHash);
    } finally {
      // Only a wrong password is a guess: neither a right one nor a hash that cannot be read.
      if (!wrong) {
        guesses.giveBack(guessed, 1);
      }
    }
    return !wrong;
  }

  /** However it is spelled, a name has one bucket; no longer one can be a user's. */
  private static String guessed(String name) {
    String known = name.strip().toLowerCase(Locale.ROOT);
    return known.substring(0, Math.min(known.length(), Users.LONGEST_NAME));
  }
}
