/** Several keys, endpoints or regions of one provider, and which of them a call uses. */
@NullMarked
package dev.bactrian.pool;

import org.jspecify.annotations.NullMarked;
