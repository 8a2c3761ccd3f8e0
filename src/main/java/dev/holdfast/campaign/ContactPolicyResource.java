package dev.holdfast.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.access.Roles;
import dev.holdfast.campaign.ContactPolicies.Version;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.RestHeader;
import org.jspecify.annotations.Nullable;

/** The contact policy: who may be contacted when, and how often. */
@Path("/api/v1/contact-policy")
@Blocking
@Retried
public class ContactPolicyResource {

  private final ContactPolicies policies;
  private final SecurityIdentity caller;

  ContactPolicyResource(ContactPolicies policies, SecurityIdentity caller) {
    this.policies = policies;
    this.caller = caller;
  }

  /** The policy in force; its version is the ETag. */
  @GET
  @RolesAllowed({
    Roles.VIEWER,
    Roles.AGENT,
    Roles.RETENTION_LEAD,
    Roles.DATA_SCIENTIST,
    Roles.OPERATOR,
    Roles.SERVICE
  })
  public Response get() {
    return answer(policies.inForce());
  }

  /** Replaces the policy by the whole of a new one. If-Match names the version that was read. */
  @PUT
  @RolesAllowed(Roles.RETENTION_LEAD)
  public Response set(
      @NotNull JsonNode document, @RestHeader("If-Match") @Nullable String ifMatch) {
    if (ifMatch == null) {
      throw Problem.of(
          428,
          "Precondition Required",
          "If-Match must name the policy that is replaced: the ETag of GET /api/v1/contact-policy.");
    }
    if (!ifMatch.matches("\"[0-9]{1,18}\"")) {
      throw Problem.badRequest("If-Match must be the ETag of an earlier answer, in quotes.");
    }
    ContactPolicy policy;
    try {
      policy = ContactPolicy.read(withoutVersion(document));
    } catch (IllegalArgumentException wrong) {
      throw Problem.badRequest(String.valueOf(wrong.getMessage()));
    }
    long expected = Long.parseLong(ifMatch.substring(1, ifMatch.length() - 1));
    return answer(policies.set(policy, expected, caller.getPrincipal().getName()));
  }

  /** What is shown beside the policy may be sent back with it. */
  private static JsonNode withoutVersion(JsonNode document) {
    if (document instanceof ObjectNode object) {
      object.remove("version");
      object.remove("since");
      object.remove("setBy");
    }
    return document;
  }

  private static Response answer(Version version) {
    ObjectNode document = (ObjectNode) version.policy().write();
    document.put("version", version.number());
    document.put("since", version.since().toString());
    document.put("setBy", version.setBy());
    return Response.ok(document).header("ETag", "\"" + version.number() + "\"").build();
  }
}
