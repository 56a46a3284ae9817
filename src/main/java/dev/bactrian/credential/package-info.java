/** How a call proves to a provider who calls. */
@NullMarked
package dev.bactrian.credential;

import org.jspecify.annotations.NullMarked;
