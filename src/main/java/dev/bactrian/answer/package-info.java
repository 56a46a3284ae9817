/** Answers to the client, whole or streamed, however the host serves HTTP. */
@NullMarked
package dev.bactrian.answer;

import org.jspecify.annotations.NullMarked;
