/** One row for each call: what it used, what that cost, how it ended. */
@NullMarked
package dev.bactrian.ledger;

import org.jspecify.annotations.NullMarked;
