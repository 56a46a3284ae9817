package dev.bactrian.answer;

import dev.bactrian.call.ChatCall;
import dev.bactrian.chat.ChatReply;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Sends the reply to the client. */
public final class AnswerStep implements Processor {
  private final Answers answers;

  /** The step. */
  public AnswerStep(Answers answers) {
    this.answers = answers;
  }

  @Override
  public void process(Exchange exchange) throws Exception {
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    ChatReply reply = exchange.getMessage().getMandatoryBody(ChatReply.class);
    exchange.setVariable(ChatCall.VARIABLE, answers.send(call, reply));
  }
}
