/** Threads: virtual ones where the JVM has them. */
@NullMarked
package dev.bactrian.thread;

import org.jspecify.annotations.NullMarked;
