/**
 * Who may do what: users, keys of machines, roles, and the audit of what people changed.
 *
 * <p>Entry classes: {@link dev.holdfast.access.Roles} for the annotations of resources, {@link
 * dev.holdfast.access.Audit}. Passwords and secrets are kept as hashes only and shown once.
 */
@NullMarked
package dev.holdfast.access;

import org.jspecify.annotations.NullMarked;
