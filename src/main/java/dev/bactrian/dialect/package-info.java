/** How a provider speaks: requests out, replies and streams in, errors classified. */
@NullMarked
package dev.bactrian.dialect;

import org.jspecify.annotations.NullMarked;
