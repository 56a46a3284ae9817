/** What an operator sees of the gateway: metrics, one log line a call, traces. */
@NullMarked
package dev.bactrian.telemetry;

import org.jspecify.annotations.NullMarked;
