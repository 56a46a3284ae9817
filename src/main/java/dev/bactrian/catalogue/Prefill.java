package dev.bactrian.catalogue;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How a model is told to go on with an answer that was begun. The begun answer is the last message,
 * an assistant's.
 *
 * @param message what that message has beside role and content, for example {@code partial: true}
 * @param request what the request has besides, for example {@code continue_final_message: true}
 */
public record Prefill(ObjectNode message, ObjectNode request) {}
