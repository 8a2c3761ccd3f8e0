/**
 * Tests of the packaged jar as its users run it: child processes with their own data folder, killed
 * where the promise is about kills. They run after packaging, in the phase integration-test.
 */
@org.jspecify.annotations.NullMarked
package dev.holdfast.packaged;
