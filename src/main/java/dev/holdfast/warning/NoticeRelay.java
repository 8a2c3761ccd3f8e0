package dev.holdfast.warning;

import dev.holdfast.platform.Rounds;
import dev.holdfast.warning.NoticeQueue.Claimed;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.vertx.core.Vertx;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends the {@link Notices}, one at a time. A notice is taken for longer than the mail server may
 * take for it, so that no two relays send it; if this process dies after the server took it, it is
 * sent again under the same Message-ID, which is how a mail program knows the repeat.
 *
 * <p>A server that cannot be reached, says "later" or refuses us is tried again with growing
 * pauses; one that refuses the recipient or the size for good leaves the notice refused, for people
 * to see.
 */
@ApplicationScoped
class NoticeRelay {

  private static final Logger LOG = Logger.getLogger(NoticeRelay.class);

  /** Bounds a tick; the rest follows at the next. */
  private static final int MOST_AT_ONCE = 50;

  private static final Duration LEASE_MARGIN = Duration.ofSeconds(40);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
  private static final int DOUBLINGS = 10;
  private static final int TOO_LARGE = 552;

  // How the mail client begins what it says of the server's answer.
  private static final String NOT_THE_RECIPIENT = "recipient address not accepted";
  private static final String TOO_LARGE_FOR_THEM = "message exceeds allowed size limit";

  private final Notices notices;
  private final NoticeQueue queue;
  private final NoticeDigests digests;
  private final Vertx vertx;
  private final MailConfig config;
  private final Rounds rounds;
  private final MultiGauge states;

  NoticeRelay(
      Notices notices,
      NoticeQueue queue,
      NoticeDigests digests,
      Vertx vertx,
      MailConfig config,
      MeterRegistry metrics,
      Rounds rounds) {
    this.notices = notices;
    this.queue = queue;
    this.digests = digests;
    this.vertx = vertx;
    this.config = config;
    this.rounds = rounds;
    this.states =
        MultiGauge.builder("holdfast.notices")
            .description("messages about incidents, by what became of them")
            .register(metrics);
  }

  /** What people have set is read at start, so that a mistake stops it. */
  void atStart(@Observes StartupEvent start) {
    boolean digested = digests.wanted();
    if (notices.wanted()) {
      if (config.username().isPresent()
          && !config.tls()
          && !config.startTls().strip().equalsIgnoreCase("REQUIRED")) {
        throw new IllegalArgumentException(
            "holdfast.mail.username needs holdfast.mail.start-tls=REQUIRED or"
                + " holdfast.mail.tls=true: the password would go over a connection that anybody"
                + " can read");
      }
      server();
      LOG.infof(
          "Owners of incidents are told by e-mail%s", digested ? ", and by a digest a day" : "");
    }
  }

  @Scheduled(
      every = "{holdfast.warnings.send-every:5s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTick() {
    if (notices.wanted()) {
      rounds.round(LOG, "The notices could not be sent", this::relay);
    }
  }

  /**
   * Sends what is due, and the digests if it is their time.
   *
   * @return how many messages the mail server took
   */
  public int relay() {
    queue.noteMissingAddresses();
    int sent = sendAll();
    // After the rest: what proves to be past on its way out belongs into the digest.
    if (digests.write()) {
      sent += sendAll();
    }
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    notices
        .counts()
        .forEach(
            (state, count) ->
                rows.add(MultiGauge.Row.of(Tags.of("state", state.wireName()), count)));
    states.register(rows, true);
    return sent;
  }

  private int sendAll() {
    int sent = 0;
    Duration lease = lease();
    for (int i = 0; i < MOST_AT_ONCE; i++) {
      Optional<Claimed> next = queue.claim(lease);
      if (next.isEmpty()) {
        return sent;
      }
      sent += send(next.get()) ? 1 : 0;
    }
    return sent;
  }

  private Duration lease() {
    return config.patience().plus(LEASE_MARGIN);
  }

  private boolean send(Claimed notice) {
    try {
      deliver(mail(notice));
    } catch (TimeoutException slow) {
      // The server may still take it: not before it has given up as well.
      Duration pause = pause(notice.attempt());
      queue.again(
          notice.id(),
          "the mail server took too long",
          pause.compareTo(lease()) < 0 ? lease() : pause);
      return false;
    } catch (RuntimeException failure) {
      SMTPException answer = answer(failure);
      String why = why(failure, answer);
      if (refusesThisOne(failure, answer)) {
        queue.refused(notice.id(), why);
        LOG.warnf("The mail server refused notice %d for good: %s", notice.id(), why);
      } else {
        queue.again(notice.id(), why, pause(notice.attempt()));
        LOG.warnf("Notice %d could not be sent: %s; it is tried again", notice.id(), why);
      }
      return false;
    }
    queue.sent(notice.id());
    return true;
  }

  /**
   * Hands a message to the server, over a connection of its own that is closed whatever becomes of
   * it: from a pool, one that is being closed, or on which the server fell silent, is now and then
   * given to the next message.
   */
  private void deliver(MailMessage message) throws TimeoutException {
    MailClient client = MailClient.create(vertx, server());
    try {
      client
          .sendMail(message)
          .toCompletionStage()
          .toCompletableFuture()
          .get(config.patience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException failure) {
      throw new IllegalStateException(failure.getCause());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopping);
    } finally {
      client.close();
    }
  }

  private io.vertx.ext.mail.MailConfig server() {
    var server =
        new io.vertx.ext.mail.MailConfig(
                config.host().orElseThrow(),
                config.port(),
                startTls(),
                config.username().isPresent() ? LoginOption.REQUIRED : LoginOption.NONE)
            .setSsl(config.tls())
            .setHostnameVerificationAlgorithm("HTTPS")
            // Closing does not end a talk to which nobody answers, and a late answer would send a
            // message that was given up. A second more than our own patience, which names the
            // reason.
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setIdleTimeout(Math.toIntExact(config.patience().toSeconds() + 1))
            .setConnectTimeout(Math.toIntExact(config.patience().toMillis()))
            .setKeepAlive(false);
    config.greeting().ifPresent(server::setOwnHostname);
    config.username().ifPresent(server::setUsername);
    config.password().ifPresent(server::setPassword);
    return server;
  }

  private StartTLSOptions startTls() {
    try {
      return StartTLSOptions.valueOf(config.startTls().strip().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw new IllegalArgumentException(
          "holdfast.mail.start-tls must be DISABLED, OPTIONAL or REQUIRED, was \""
              + config.startTls()
              + "\"",
          unknown);
    }
  }

  /** The Message-ID follows from the notice alone, so that a repeat has the same. */
  private MailMessage mail(Claimed notice) {
    String from = config.from();
    String host = from.substring(from.indexOf('@') + 1).replaceAll("[^A-Za-z0-9.-]", "");
    return new MailMessage()
        .setTo(notice.address())
        .setSubject(notice.title())
        .setText(notice.body())
        .setFrom(from)
        .addHeader("Message-ID", "<notice-" + notice.id() + "@" + host + ">")
        .addHeader("Auto-Submitted", "auto-generated");
  }

  private static @Nullable SMTPException answer(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SMTPException answer) {
        return answer;
      }
    }
    return null;
  }

  /**
   * True if the server will never take this message: its recipient or its size. Any other refusal,
   * such as of our password or sender, meets all messages and is for people to mend.
   */
  private static boolean refusesThisOne(Throwable failure, @Nullable SMTPException answer) {
    if (String.valueOf(failure.getMessage()).contains(TOO_LARGE_FOR_THEM)) {
      return true;
    }
    return answer != null
        && answer.isPermanent()
        && (answer.getReplyCode() == TOO_LARGE
            || String.valueOf(answer.getMessage()).startsWith(NOT_THE_RECIPIENT));
  }

  /** Without what others wrote: it might hold addresses. */
  private static String why(Throwable failure, @Nullable SMTPException answer) {
    if (answer != null) {
      return "the mail server answered " + answer.getReplyCode();
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return "no mail server: " + root.getClass().getSimpleName();
  }

  private static Duration pause(int attempt) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempt - 1, DOUBLINGS));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }
}
