/** The application: what starts Camel Main. */
@NullMarked
package dev.bactrian;

import org.jspecify.annotations.NullMarked;
