/** Who is calling: client keys and how they are checked. */
@NullMarked
package dev.bactrian.key;

import org.jspecify.annotations.NullMarked;
