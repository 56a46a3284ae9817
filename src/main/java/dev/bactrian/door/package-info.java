/** What enters from the network: headers, paths, shutdown. */
@NullMarked
package dev.bactrian.door;

import org.jspecify.annotations.NullMarked;
