package dev.bactrian.answer;

import dev.bactrian.call.ChatCall;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.dialect.WholeAnswer;
import dev.bactrian.resume.Resumption;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Sends the reply to the client. The variable {@code cut} says whether its rest is to come from
 * elsewhere.
 */
public final class AnswerStep implements Processor {
  private final Answers answers;
  private final boolean always;

  /**
   * The step.
   *
   * @param always whether every stream of text goes on elsewhere when it is cut, asked for or not
   */
  public AnswerStep(Answers answers, boolean always) {
    this.answers = answers;
    this.always = always;
  }

  @Override
  public void process(Exchange exchange) throws Exception {
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    ChatReply reply = exchange.getMessage().getMandatoryBody(ChatReply.class);
    if (reply instanceof ChatReply.Complete whole
        && call.request() != null
        && call.request().stream()) {
      reply = WholeAnswer.stream(call.request(), whole); // an operator's step has made it whole
    }
    if (call.resumption() == null && reply instanceof ChatReply.Stream && call.request() != null) {
      Resumption may = Resumption.of(call.request(), always);
      call = may == null ? call : call.resumable(may);
    }
    Resumption resumption = call.resumption();
    exchange.setVariable(ChatCall.VARIABLE, answers.send(call, reply));
    exchange.setVariable("cut", resumption != null && resumption.failure() != null);
  }
}
