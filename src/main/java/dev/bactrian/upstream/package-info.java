/** The Camel component that calls a provider. */
@NullMarked
package dev.bactrian.upstream;

import org.jspecify.annotations.NullMarked;
