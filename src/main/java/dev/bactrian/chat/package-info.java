/** Requests and replies of chat completions, in OpenAI's terms. */
@NullMarked
package dev.bactrian.chat;

import org.jspecify.annotations.NullMarked;
