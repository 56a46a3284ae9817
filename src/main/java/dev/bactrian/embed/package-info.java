/** Calls that routes of the same process make, without HTTP. */
@NullMarked
package dev.bactrian.embed;

import org.jspecify.annotations.NullMarked;
