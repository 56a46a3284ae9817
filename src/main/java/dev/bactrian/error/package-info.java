/** Every error a client can see, and the classes that decide what is tried elsewhere. */
@NullMarked
package dev.bactrian.error;

import org.jspecify.annotations.NullMarked;
