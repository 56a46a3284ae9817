/**
 * The gateway in a Camel context: what a host adds to its own, and what is loaded anew with edits.
 */
@NullMarked
package dev.bactrian.gateway;

import org.jspecify.annotations.NullMarked;
