/** What a call costs: tokens by kind, times the price that held. */
@NullMarked
package dev.bactrian.price;

import org.jspecify.annotations.NullMarked;
