package dev.bactrian.buffer;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;

/** Makes buffers of bytes. */
public final class Buffers {
  private Buffers() {}

  /** A buffer of these very bytes: Vert.x's own way copies them. */
  @SuppressWarnings("deprecation")
  public static Buffer wrap(byte[] bytes) {
    return Buffer.buffer(Unpooled.wrappedBuffer(bytes));
  }
}
