/** The database of keys and of the ledger. */
@NullMarked
package dev.bactrian.storage;

import org.jspecify.annotations.NullMarked;
