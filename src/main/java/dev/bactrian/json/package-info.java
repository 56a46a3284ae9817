/** JSON changed in place: what is not touched keeps its bytes. */
@NullMarked
package dev.bactrian.json;

import org.jspecify.annotations.NullMarked;
