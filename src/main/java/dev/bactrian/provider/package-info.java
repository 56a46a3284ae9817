/** Which providers are live, and their breakers. */
@NullMarked
package dev.bactrian.provider;

import org.jspecify.annotations.NullMarked;
