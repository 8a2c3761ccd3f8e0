package dev.holdfast.console;

import dev.holdfast.campaign.Disposition;
import dev.holdfast.campaign.OutcomeReason;
import dev.holdfast.desk.DeskResource.ClaimView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an agent's list shows.
 *
 * @param call in hand that is shown; null while there is none
 * @param others in hand
 * @param shift how far the agent has come
 * @param notice what became of the last step; null if there is nothing to say
 */
public record MyListData(
    @Nullable Call call, List<ClaimView> others, Shift shift, @Nullable Notice notice) {

  /** Those that end most calls come first. */
  private static final List<Disposition> ENDINGS =
      List.of(
          Disposition.NO_ANSWER,
          Disposition.ACCEPTED,
          Disposition.CALL_BACK,
          Disposition.REFUSED,
          Disposition.REACHED,
          Disposition.SOLVED,
          Disposition.COMPLAINT_RAISED,
          Disposition.BUSY,
          Disposition.WRONG_NUMBER,
          Disposition.DO_NOT_CONTACT);

  public MyListData {
    others = List.copyOf(others);
  }

  /** How a call may have ended, in the order of their keys. */
  public List<Disposition> dispositions() {
    return ENDINGS;
  }

  /** Why, if the party said. */
  public List<OutcomeReason> reasons() {
    return List.of(OutcomeReason.values());
  }

  /**
   * A sentence about the last step.
   *
   * @param tone {@code good}, {@code warn} or {@code bad}
   */
  public record Notice(String tone, String text) {}

  /**
   * The call in hand.
   *
   * @param claim as the API has it
   * @param address of the customer's page
   * @param reasons in the reader's language
   * @param phone to dial; null before the call has begun, or where a dialer keeps the numbers
   * @param there what time it is where the party lives; null if that is unknown
   * @param happened what the customer did lately, newest first
   * @param worth of the customer to us, in money
   * @param offerCost what an offer may cost, in money
   * @param blocks what the contact policy says against a call now; empty if nothing
   * @param leaseMinutes for how long the call is kept for the agent, in minutes of real time
   * @param snooze instants to put the call aside until
   */
  public record Call(
      ClaimView claim,
      String address,
      List<String> reasons,
      @Nullable String phone,
      @Nullable String there,
      List<Happened> happened,
      double worth,
      double offerCost,
      List<String> blocks,
      long leaseMinutes,
      List<Snooze> snooze) {

    public Call {
      reasons = List.copyOf(reasons);
      happened = List.copyOf(happened);
      blocks = List.copyOf(blocks);
      snooze = List.copyOf(snooze);
    }

    /** True from the beginning of the call on. */
    public boolean calling() {
      return claim.state().equals("calling");
    }

    /** True if it is not to be made any more. */
    public boolean gone() {
      return claim.gone() != null;
    }
  }

  /**
   * Something that the customer did.
   *
   * @param kind of event, as on the wire
   * @param text in the source's words
   */
  public record Happened(Instant at, String kind, String text) {}

  /** A time to put a call aside until. */
  public record Snooze(String text, Instant until) {}

  /**
   * How far an agent has come since midnight, or since the shift began.
   *
   * @param from since when it is counted
   * @param minutes of calls planned in today's shifts; null without one
   * @param calls made, with an outcome
   * @param reached how many of them somebody answered
   * @param accepted how many took an offer or were helped
   */
  public record Shift(
      Instant from, @Nullable Integer minutes, int calls, int reached, int accepted) {}
}
