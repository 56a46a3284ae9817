/** The examples, each run with exactly its files. */
@org.jspecify.annotations.NullMarked
package dev.bactrian.examples;
