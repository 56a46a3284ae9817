/** What serves HTTP in the application or in another host, seen from the gateway. */
@NullMarked
package dev.bactrian.host;

import org.jspecify.annotations.NullMarked;
