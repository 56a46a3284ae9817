/** What travels through the routes: one call, from the door to its settlement. */
@NullMarked
package dev.bactrian.call;

import org.jspecify.annotations.NullMarked;
