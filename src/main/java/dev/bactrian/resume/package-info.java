/** Answers that break off and go on at another provider, when the client asked for that. */
@org.jspecify.annotations.NullMarked
package dev.bactrian.resume;
