/** Server-sent events, read from bytes. */
@NullMarked
package dev.bactrian.sse;

import org.jspecify.annotations.NullMarked;
