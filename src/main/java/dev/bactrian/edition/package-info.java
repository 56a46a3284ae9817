/** Routes, kamelets and catalogue as they were loaded together, replaced as a whole. */
@NullMarked
package dev.bactrian.edition;

import org.jspecify.annotations.NullMarked;
