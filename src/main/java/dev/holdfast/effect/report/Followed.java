package dev.holdfast.effect.report;

import dev.holdfast.activity.ChurnLabel;
import dev.holdfast.effect.Assigned;
import dev.holdfast.effect.AssignedLabel;

/** A party of a run with its outcome. */
record Followed(Membership member, AssignedLabel outcome) {

  boolean matured() {
    return outcome.mature() && outcome.known();
  }

  Assigned assigned() {
    return assigned(outcome.label());
  }

  Assigned assigned(ChurnLabel label) {
    Double risk = member.risk();
    return new Assigned(
        member.partyId(),
        member.treated(),
        member.treatmentShare(),
        risk == null ? 0 : risk,
        label == ChurnLabel.CHURNED);
  }
}
