/** One request, several models at once. */
@NullMarked
package dev.bactrian.compare;

import org.jspecify.annotations.NullMarked;
