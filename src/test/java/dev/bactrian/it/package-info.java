/** The gateway as its clients and providers see it: real sockets, unhappy paths first. */
@NullMarked
package dev.bactrian.it;

import org.jspecify.annotations.NullMarked;
