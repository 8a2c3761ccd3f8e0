package dev.holdfast.platform;

/**
 * The right to run a job alone for a while.
 *
 * @param name the job
 * @param token grows with each acquisition; a write that carries an older token comes from an owner
 *     who lost the lease, and must be refused
 */
public record Lease(String name, long token) {}
