package dev.holdfast.access;

import dev.holdfast.access.TokenBuckets.Taken;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.SystemClock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.context.ManagedExecutor;
import org.jboss.logging.Logger;

/**
 * What each caller may still ask of this process. Who asks for more is refused with 429 and told
 * when to come back; who is refused again and again is put on record, because that is how a model
 * is copied question by question.
 */
@ApplicationScoped
public class Quotas {

  private static final Logger LOG = Logger.getLogger(Quotas.class);
  private static final String SCORES = "scores";
  private static final String WHAT_IF = "what-if";

  private final SystemClock clock;
  private final SecurityIdentity caller;
  private final CurrentVertxRequest request;
  private final Audit audit;
  private final QuotaConfig config;
  private final ManagedExecutor executor;
  private final Quota scores;
  private final Quota whatIf;
  private final Map<String, Refusals> refusals =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Refusals> eldest) {
          return size() > TokenBuckets.MOST_CALLERS;
        }
      };

  private record Quota(
      String name, TokenBuckets buckets, double perSecond, double burst, Counter refused) {}

  private record Refusals(Instant since, int count) {}

  Quotas(
      SystemClock clock,
      SecurityIdentity caller,
      CurrentVertxRequest request,
      Audit audit,
      QuotaConfig config,
      ManagedExecutor executor,
      MeterRegistry metrics) {
    this.clock = clock;
    this.caller = caller;
    this.request = request;
    this.audit = audit;
    this.config = config;
    this.executor = executor;
    this.scores = quota(SCORES, config.scores().perSecond(), config.scores().burst(), metrics);
    this.whatIf = quota(WHAT_IF, config.whatIf().perSecond(), config.whatIf().burst(), metrics);
  }

  private static Quota quota(String name, double perSecond, double burst, MeterRegistry metrics) {
    return new Quota(
        name,
        new TokenBuckets(perSecond, burst),
        perSecond,
        burst,
        Counter.builder("holdfast.quota.refused")
            .description("Requests refused because the caller's quota was used up")
            .tag("quota", name)
            .register(metrics));
  }

  /**
   * Takes risks of known customers from the caller's quota.
   *
   * @param count at least 1
   * @throws Problem 429 if there are not as many left
   */
  public void takeScores(int count) {
    take(scores, count);
  }

  /**
   * Takes a risk of a supposed customer from the caller's quota.
   *
   * @throws Problem 429 if there is none left
   */
  public void takeWhatIf() {
    take(whatIf, 1);
  }

  private void take(Quota quota, int count) {
    String name = caller.getPrincipal().getName();
    Instant now = clock.now();
    Taken taken = quota.buckets().take(name, count, now);
    long seconds = ceilingSeconds(taken.untilThen());
    RoutingContext context = request.getCurrent();
    if (context != null) {
      context
          .response()
          .putHeader(
              "RateLimit-Policy",
              '"'
                  + quota.name()
                  + "\";q="
                  + (long) quota.burst()
                  + ";w="
                  + (long) Math.ceil(quota.burst() / quota.perSecond()))
          .putHeader("RateLimit", '"' + quota.name() + "\";r=" + taken.left() + ";t=" + seconds);
    }
    if (!taken.granted()) {
      quota.refused().increment();
      noteRefusal(quota.name(), name, now);
      throw Problem.tooManyRequests(
          "The quota of "
              + quota.name()
              + " is used up: "
              + count
              + " asked for, "
              + taken.left()
              + " left of "
              + (long) quota.burst()
              + ", "
              + quota.perSecond()
              + " more each second. Try again in "
              + Math.max(1, seconds)
              + " s.",
          Duration.ofSeconds(Math.max(1, seconds)));
    }
  }

  private static long ceilingSeconds(Duration wait) {
    return wait.getSeconds() + (wait.getNano() > 0 ? 1 : 0);
  }

  private void noteRefusal(String quota, String name, Instant now) {
    int count;
    synchronized (refusals) {
      Refusals before = refusals.get(quota + '\n' + name);
      Refusals after =
          before == null || !now.isBefore(before.since().plus(config.alertWindow()))
              ? new Refusals(now, 1)
              : new Refusals(before.since(), before.count() + 1);
      refusals.put(quota + '\n' + name, after);
      count = after.count();
    }
    if (count == config.alertAfter()) {
      LOG.warnf("%s was refused %d times by the quota of %s", name, count, quota);
      // Whoever asks here may be one who must not wait for the database.
      executor.execute(() -> audit.record(name, "quota-exceeded", quota, count + " refusals"));
    }
  }
}
