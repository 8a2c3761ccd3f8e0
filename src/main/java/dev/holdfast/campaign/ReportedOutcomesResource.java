package dev.holdfast.campaign;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.holdfast.access.Roles;
import dev.holdfast.campaign.ReportedOutcomes.Reported;
import dev.holdfast.campaign.ReportedOutcomes.Taken;
import dev.holdfast.platform.Problem;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Outcomes of many calls at once, from a dialer. */
@Path("/api/v1/call-tasks/outcomes")
@Blocking
public class ReportedOutcomesResource {

  /** Outcomes to record. */
  @JsonIgnoreProperties(ignoreUnknown = false)
  public record Report(@NotNull @Size(min = 1, max = 1_000) List<@NotNull Reported> outcomes) {}

  /**
   * What became of one of them, in the order of the report.
   *
   * @param status {@code recorded}, {@code repeated} (it was there already) or {@code refused}
   * @param task of the call; absent if it was refused
   * @param taskState after it; absent unless it was recorded
   * @param detail why it was refused; absent otherwise
   */
  public record Answer(
      String status, @Nullable Long task, @Nullable String taskState, @Nullable String detail) {}

  private final ReportedOutcomes outcomes;
  private final SecurityIdentity caller;

  ReportedOutcomesResource(ReportedOutcomes outcomes, SecurityIdentity caller) {
    this.outcomes = outcomes;
    this.caller = caller;
  }

  /** Records each by itself: one that is refused keeps no other from being recorded. */
  @POST
  @RolesAllowed({Roles.RETENTION_LEAD, Roles.SERVICE})
  public List<Answer> record(@NotNull @Valid Report report) {
    List<Answer> answers = new ArrayList<>();
    for (Reported one : report.outcomes()) {
      try {
        Taken taken = outcomes.take(one, caller.getPrincipal().getName());
        answers.add(
            taken.outcome() == null
                ? new Answer("repeated", taken.task(), null, null)
                : new Answer("recorded", taken.task(), taken.outcome().taskState(), null));
      } catch (Problem refused) {
        answers.add(new Answer("refused", null, null, refused.detail()));
      }
    }
    return answers;
  }
}
