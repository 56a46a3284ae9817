/** Bytes as Vert.x takes them. */
@NullMarked
package dev.bactrian.buffer;

import org.jspecify.annotations.NullMarked;
