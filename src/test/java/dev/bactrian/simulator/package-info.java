/** Stand-ins for the providers: each speaks, checks and fails as the real one does. */
@NullMarked
package dev.bactrian.simulator;

import org.jspecify.annotations.NullMarked;
