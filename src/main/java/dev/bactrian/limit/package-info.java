/** How much a key, an owner or a model may be used: at a time, and in all. */
@NullMarked
package dev.bactrian.limit;

import org.jspecify.annotations.NullMarked;
