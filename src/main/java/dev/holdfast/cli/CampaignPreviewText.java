package dev.holdfast.cli;

import dev.holdfast.campaign.CampaignPreview;
import dev.holdfast.campaign.Estimate;
import dev.holdfast.campaign.ExpectedEffect;
import java.time.Instant;
import java.util.Locale;

/** A preview for a reader. */
final class CampaignPreviewText {

  private CampaignPreviewText() {}

  static void print(CampaignPreview preview) {
    line(
        "%,d customers, %,d looked at; in the segment %s, standing above %s",
        preview.customers(), preview.looked(), of(preview.segment()), of(preview.standing()));
    line("%-12s %18s %10s %8s %9s", "day (UTC)", "coming", "admitted", "calls", "minutes");
    for (CampaignPreview.Day day : preview.days()) {
      line(
          "%-12s %18s %10.0f %8.0f %9.0f",
          day.day(), of(day.coming()), day.admitted(), day.calls(), day.minutes());
    }
    CampaignPreview.Week week = preview.week();
    line(
        "week: %s assigned, %.0f held out, %.0f may be called, %.0f calls; %.0f minutes a day of %,d",
        of(week.assigned()),
        week.heldOut(),
        week.reachable(),
        week.calls(),
        week.minutesADay(),
        week.capacityMinutes());
    CampaignPreview.Contact contact = preview.contact();
    line(
        "contact policy %d: %d of %d may be called%s",
        contact.policy(),
        contact.reachable(),
        contact.asked(),
        contact.blocked().isEmpty() ? "" : "; not for " + contact.blocked());
    CampaignPreview.Expected expected = preview.expected();
    line(
        "expected (%s): %s stay because of it, each worth %,.0f, cost %,.0f, gain %s",
        expected.basis(),
        of(expected.saves()),
        expected.meanValue(),
        expected.cost(),
        of(expected.gain()));
    ExpectedEffect.Power power = preview.detectable();
    if (power != null) {
      line(
          "an effect of %.1f points of churn shows with %,d parties, %s; after 30 days one of %.1f"
              + " points, known by %s",
          100 * power.worthKnowing(),
          power.parties(),
          power.by() == null ? "not within ten years" : "by " + date(power.by()),
          100 * power.detectable(),
          date(power.detectableBy()));
    }
    preview.notes().forEach(note -> line("note: %s", note));
  }

  /** A figure with its interval, if it has one. */
  static String of(Estimate figure) {
    return figure.low() == figure.high()
        ? String.format(Locale.ROOT, "%,.0f", figure.value())
        : String.format(
            Locale.ROOT, "%,.0f (%,.0f-%,.0f)", figure.value(), figure.low(), figure.high());
  }

  private static String date(Instant at) {
    return at.toString().substring(0, 10);
  }

  private static void line(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
