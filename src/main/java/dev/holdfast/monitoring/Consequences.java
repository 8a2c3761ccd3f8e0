package dev.holdfast.monitoring;

import dev.holdfast.access.Audit;
import dev.holdfast.model.ModelRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * What follows from a judgement of the champion, in the caller's transaction: an alarm asks for a
 * new model; a champion that is to go is proposed to a person, once, or goes at once where the
 * deployment said so. All of it is audited.
 */
@ApplicationScoped
class Consequences {

  private static final Logger LOG = Logger.getLogger(Consequences.class);
  private static final String ACTOR = "monitoring";

  private final ModelRegistry models;
  private final RetrainingRequests requests;
  private final Judgements judgements;
  private final Audit audit;
  private final MonitoringConfig config;

  Consequences(
      ModelRegistry models,
      RetrainingRequests requests,
      Judgements judgements,
      Audit audit,
      MonitoringConfig config) {
    this.models = models;
    this.requests = requests;
    this.judgements = judgements;
    this.audit = audit;
    this.config = config;
  }

  /**
   * Acts on the judgement of the champion.
   *
   * @param modelId the champion's internal key
   */
  void of(int modelId, ModelWatch watch) throws SQLException {
    List<String> alarms =
        watch.verdicts().stream()
            .filter(verdict -> verdict.state() == State.ALARM)
            .map(Verdict::words)
            .toList();
    if (!alarms.isEmpty()) {
      String reason = String.join(" ", alarms);
      if (requests.request(modelId, watch.model(), reason, ACTOR)) {
        LOG.warnf("%s: a new model is asked for. %s", watch.model(), reason);
      }
    }
    String proposal = watch.proposal();
    if (proposal == null) {
      return;
    }
    String subject = "model:" + watch.model();
    if (config.fallBack()) {
      String serving = models.fallBack(watch.model(), ACTOR, proposal);
      audit.record(ACTOR, "model.fall-back", subject, proposal);
      LOG.warnf("%s serves again in place of %s. %s", serving, watch.model(), proposal);
    } else if (judgements.proposeOnce(modelId)) {
      audit.record(ACTOR, "model.fall-back-proposed", subject, proposal);
      LOG.warnf("%s. To do so: holdfast rollback --reason \"...\"", proposal);
    }
  }
}
