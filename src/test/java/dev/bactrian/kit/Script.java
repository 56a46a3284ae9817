package dev.bactrian.kit;

/** What a provider does with a call. */
@FunctionalInterface
public interface Script {
  /** Answers the call, or leaves it to the test when it does nothing. */
  void answer(ProviderCall call) throws Exception;

  /** Leaves the call to the test, which takes it by {@link ProviderServer#await}. */
  Script HOLD = call -> {};

  /** A whole answer of the model that was asked for. */
  static Script completion(String text) {
    return call -> call.json(200, Chunks.completion(call.member("model"), text));
  }

  /** An answer of any status with a JSON body. */
  static Script status(int status, String body, String... headers) {
    return call -> call.json(status, body, headers);
  }

  /** An answer of any status with an error object of that type and code. */
  static Script error(int status, String type, String code) {
    return status(status, Chunks.error("told so", type, code));
  }

  /** A complete stream of the given events. */
  static Script stream(String... events) {
    return call -> {
      call.openStream();
      for (String event : events) {
        call.event(event);
      }
      call.endStream();
    };
  }

  /** A complete stream of so many words, whole in form. */
  static Script words(int count) {
    return call -> {
      call.openStream();
      call.event(Chunks.role());
      for (int i = 0; i < count; i++) {
        call.event(Chunks.content("w" + i + " "));
      }
      call.event(Chunks.finish("stop"));
      call.event(Chunks.usage());
      call.event(Chunks.DONE);
      call.endStream();
    };
  }

  /** A stream that begins with those events and then breaks off with the connection. */
  static Script cut(String... events) {
    return call -> {
      call.openStream();
      for (String event : events) {
        call.event(event);
      }
      call.cut();
    };
  }
}
