/** Calls beside a client's own, which nobody waits for. */
@NullMarked
package dev.bactrian.aside;

import org.jspecify.annotations.NullMarked;
