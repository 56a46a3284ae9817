/** A provider that needs no key: answers like a real one. */
@NullMarked
package dev.bactrian.demo;

import org.jspecify.annotations.NullMarked;
