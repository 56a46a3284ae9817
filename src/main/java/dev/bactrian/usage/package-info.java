/** What was used and what it cost, summed up from the ledger, and compared with bills. */
@NullMarked
package dev.bactrian.usage;

import org.jspecify.annotations.NullMarked;
