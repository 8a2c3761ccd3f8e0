package dev.holdfast.console;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells an open page that what it shows has changed, by server-sent events; the page then fetches
 * that part anew. What it shows is known by a text that is another one after each change.
 */
final class Changes {

  private static final Duration LOOK_EVERY = Duration.ofSeconds(3);

  /** Of looks: proxies end connections on which nothing comes. */
  private static final int SIGN_OF_LIFE_EVERY = 5;

  private Changes() {}

  /** Where a page listens that shows what is known by this text, read before what it shows. */
  static String address(String path, String shown) {
    return path + "?seen=" + URLEncoder.encode(shown, StandardCharsets.UTF_8);
  }

  /**
   * The events.
   *
   * @param liveFor how long one connection lasts
   * @param seen what the page shows; null if it does not say
   * @param now what there is to show
   */
  static Multi<OutboundSseEvent> of(
      Sse sse, Duration liveFor, @Nullable String seen, Supplier<String> now) {
    AtomicReference<@Nullable String> before = new AtomicReference<>(seen);
    return Multi.createFrom()
        .ticks()
        .every(LOOK_EVERY)
        .onOverflow()
        .drop()
        .select()
        .first(Math.max(1, liveFor.dividedBy(LOOK_EVERY)))
        .onItem()
        .transformToUniAndConcatenate(
            look ->
                Uni.createFrom()
                    .item(() -> change(sse, look, before, now.get()))
                    .runSubscriptionOn(Infrastructure.getDefaultWorkerPool()));
  }

  private static @Nullable OutboundSseEvent change(
      Sse sse, long look, AtomicReference<@Nullable String> before, String now) {
    String last = before.getAndSet(now);
    if (last == null || !last.equals(now)) {
      return sse.newEventBuilder()
          .name(last == null ? "here" : "changed")
          .id(now)
          .data("list")
          .build();
    }
    return look % SIGN_OF_LIFE_EVERY == 0 ? sse.newEventBuilder().comment("here").build() : null;
  }
}
