package dev.holdfast.access;

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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks user names and passwords (HTTP basic) against the table of users.
 *
 * <p>bcrypt is slow on purpose, and basic authentication sends the password with each request: so a
 * successful check is remembered for five minutes, bound to the stored hash, which is read at every
 * request. A changed password or a disabled user is thus refused at once.
 */
@ApplicationScoped
class PasswordIdentityProvider implements IdentityProvider<UsernamePasswordAuthenticationRequest> {

  private static final long REMEMBER_NANOS = 5L * 60 * 1_000_000_000;
  private static final int MOST_REMEMBERED = 1_000;

  /** Checked for unknown users, so that they take as long as known ones. */
  private static final String NOBODY = BcryptUtil.bcryptHash(Secrets.token(16));

  private final byte[] salt = Secrets.bytes(32);
  private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();

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
    Remembered known = remembered.get(name);
    if (known != null
        && known.storedHash().equals(storedHash)
        && System.nanoTime() - known.at() < REMEMBER_NANOS
        && MessageDigest.isEqual(known.digest(), digest)) {
      return true;
    }
    if (!BcryptUtil.matches(password, storedHash)) {
      return false;
    }
    if (remembered.size() >= MOST_REMEMBERED) {
      remembered.clear();
    }
    remembered.put(name, new Remembered(digest, storedHash, System.nanoTime()));
    return true;
  }
}
