/** What integration tests are made of: gateways, providers and clients on loopback sockets. */
@NullMarked
package dev.bactrian.kit;

import org.jspecify.annotations.NullMarked;
