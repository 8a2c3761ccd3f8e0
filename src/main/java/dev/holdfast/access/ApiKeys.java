package dev.holdfast.access;

import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SystemClock;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keys of machines: {@code hf_}, a prefix of 12 characters, a secret of 256 random bits. */
@ApplicationScoped
public class ApiKeys {

  /** How a key begins. */
  static final String MARK = "hf_";

  private static final int PREFIX_LENGTH = 12;
  private static final int SECRET_BYTES = 32;
  private static final int SECRET_LENGTH = 43;
  private static final int KEY_LENGTH = MARK.length() + PREFIX_LENGTH + SECRET_LENGTH;
  private static final byte[] NO_SALT = {};
  private static final byte[] NOBODY = new byte[32];
  private static final Duration TOUCH = Duration.ofMinutes(1);
  private static final int LIST_LIMIT = 1_000;
  private static final int MOST_VERIFIED = 10_000;

  /**
   * How long a key that was good is not looked up again; a revoked one lives on so long elsewhere.
   */
  private static final Duration GOOD_FOR = Duration.ofSeconds(5);

  private final SystemClock clock;
  private final Audit audit;

  /** Keys that were good lately, by the hash of the whole key. */
  private final Map<String, Verified> verified =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
          return size() > MOST_VERIFIED;
        }
      };

  ApiKeys(SystemClock clock, Audit audit) {
    this.clock = clock;
    this.audit = audit;
  }

  /**
   * A key without its secret.
   *
   * @param expiresAt when it ends by itself, null for never
   * @param lastUsedAt to the minute, null for never
   * @param revokedAt when somebody ended it, null if nobody did
   */
  public record KeyView(
      long id,
      String name,
      String prefix,
      Set<String> roles,
      Instant createdAt,
      String createdBy,
      @Nullable Instant expiresAt,
      @Nullable Instant lastUsedAt,
      @Nullable Instant revokedAt) {

    static KeyView of(ApiKey key) {
      return new KeyView(
          key.id,
          key.name,
          key.prefix,
          RoleNames.split(key.roles),
          key.createdAt,
          key.createdBy,
          key.expiresAt,
          key.lastUsedAt,
          key.revokedAt);
    }
  }

  /**
   * A new key.
   *
   * @param key the whole key, to be shown once
   */
  public record NewKey(long id, String name, String key) {}

  /** Who a valid key is. */
  record Caller(String name, Set<String> roles) {}

  private record Verified(Caller caller, Instant until) {}

  /**
   * Creates a key, audited.
   *
   * @throws Problem if the name, the roles or the end are refused
   */
  @Transactional
  public NewKey create(
      String name, Collection<String> roles, @Nullable Instant expiresAt, String actor) {
    if (name.isBlank() || name.length() > 90) {
      throw Problem.badRequest("A key's name has 1 to 90 characters.");
    }
    if (expiresAt != null && !expiresAt.isAfter(clock.now())) {
      throw Problem.badRequest("expiresAt must be in the future, was " + expiresAt + ".");
    }
    String prefix = Secrets.letters(PREFIX_LENGTH);
    String secret = Secrets.token(SECRET_BYTES);
    var key = new ApiKey();
    key.prefix = prefix;
    key.secretHash = Secrets.sha256(NO_SALT, secret);
    key.name = name;
    key.roles = RoleNames.join(roles);
    key.createdAt = clock.now();
    key.createdBy = actor;
    key.expiresAt = expiresAt;
    key.persist();
    audit.record(actor, "key-created", prefix, name + ": " + key.roles);
    return new NewKey(key.id, name, MARK + prefix + secret);
  }

  /** The newest thousand keys, revoked ones included. */
  @Transactional
  public List<KeyView> list() {
    return ApiKey.page(LIST_LIMIT).stream().map(KeyView::of).toList();
  }

  /**
   * Ends a key, audited: at once here, within five seconds in other replicas. Ending it again
   * changes nothing.
   *
   * @throws Problem if there is no such key
   */
  public void revoke(long id, String actor) {
    QuarkusTransaction.joiningExisting().run(() -> end(id, actor));
    synchronized (verified) {
      verified.clear();
    }
  }

  private void end(long id, String actor) {
    Optional<ApiKey> found = ApiKey.findByIdOptional(id);
    ApiKey key = found.orElseThrow(() -> Problem.notFound("There is no key " + id + "."));
    if (key.revokedAt == null) {
      key.revokedAt = clock.now();
      audit.record(actor, "key-revoked", key.prefix, key.name);
    }
  }

  /** Whose key this is if it was good lately; empty if it must be {@link #check checked}. */
  Optional<Caller> known(String presented) {
    String hash = hash(presented);
    synchronized (verified) {
      Verified before = verified.get(hash);
      return before == null || !clock.now().isBefore(before.until())
          ? Optional.empty()
          : Optional.of(before.caller());
    }
  }

  private void remember(String presented, Caller caller, @Nullable Instant expires, Instant now) {
    Instant until = now.plus(GOOD_FOR);
    Verified good =
        new Verified(caller, expires != null && expires.isBefore(until) ? expires : until);
    synchronized (verified) {
      verified.put(hash(presented), good);
    }
  }

  private static String hash(String presented) {
    return HexFormat.of().formatHex(Secrets.sha256(NO_SALT, presented));
  }

  /** Whose key this is; empty if it is not a valid one. */
  @Transactional
  Optional<Caller> check(String presented) {
    boolean wellFormed = presented.startsWith(MARK) && presented.length() == KEY_LENGTH;
    String prefix =
        wellFormed ? presented.substring(MARK.length(), MARK.length() + PREFIX_LENGTH) : "";
    Optional<ApiKey> key = ApiKey.withPrefix(prefix);
    byte[] digest =
        Secrets.sha256(
            NO_SALT, wellFormed ? presented.substring(MARK.length() + PREFIX_LENGTH) : presented);
    boolean same = MessageDigest.isEqual(key.map(k -> k.secretHash).orElse(NOBODY), digest);
    Instant now = clock.now();
    if (key.isEmpty() || !same || !key.get().validAt(now)) {
      return Optional.empty();
    }
    ApiKey.touch(key.get().id, now, now.minus(TOUCH));
    Caller caller = new Caller("key:" + key.get().name, RoleNames.split(key.get().roles));
    remember(presented, caller, key.get().expiresAt, now);
    return Optional.of(caller);
  }
}
