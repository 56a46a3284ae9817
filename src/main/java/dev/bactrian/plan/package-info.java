/** Which model answers: the targets of a call, and what follows a failed attempt. */
@NullMarked
package dev.bactrian.plan;

import org.jspecify.annotations.NullMarked;
