package dev.holdfast.access;

import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SystemClock;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
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

  private final SystemClock clock;
  private final Audit audit;

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
   * Ends a key at once, audited; ending it again changes nothing.
   *
   * @throws Problem if there is no such key
   */
  @Transactional
  public void revoke(long id, String actor) {
    Optional<ApiKey> found = ApiKey.findByIdOptional(id);
    ApiKey key = found.orElseThrow(() -> Problem.notFound("There is no key " + id + "."));
    if (key.revokedAt == null) {
      key.revokedAt = clock.now();
      audit.record(actor, "key-revoked", key.prefix, key.name);
    }
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
    return Optional.of(new Caller("key:" + key.get().name, RoleNames.split(key.get().roles)));
  }
}
