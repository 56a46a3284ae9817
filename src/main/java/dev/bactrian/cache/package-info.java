/** Answers that are given again to whoever asks exactly the same. */
@NullMarked
package dev.bactrian.cache;

import org.jspecify.annotations.NullMarked;
