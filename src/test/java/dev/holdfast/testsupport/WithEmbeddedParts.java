package dev.holdfast.testsupport;

import io.quarkus.test.common.QuarkusTestResource;

/** Gives the embedded parts to every {@code @QuarkusTest} of the run. */
@QuarkusTestResource(EmbeddedParts.class)
final class WithEmbeddedParts {

  private WithEmbeddedParts() {}
}
