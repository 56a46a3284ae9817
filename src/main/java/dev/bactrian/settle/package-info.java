/** The end of a call: what it used and how it went. */
@NullMarked
package dev.bactrian.settle;

import org.jspecify.annotations.NullMarked;
