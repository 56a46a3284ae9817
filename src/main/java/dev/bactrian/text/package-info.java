/** Text that is replaced on its way in and out, also where it comes in pieces. */
@NullMarked
package dev.bactrian.text;

import org.jspecify.annotations.NullMarked;
