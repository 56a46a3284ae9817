package dev.bactrian.ledger;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Hands things from many threads to one, which takes at once all that are there. */
final class HandOver<T> {
  private final AtomicReference<@Nullable Node<T>> last = new AtomicReference<>();

  private record Node<T>(T thing, @Nullable Node<T> before, int size) {}

  /** Leaves a thing. */
  void put(T thing) {
    Node<T> before;
    Node<T> node;
    do {
      before = last.get();
      node = new Node<>(thing, before, before == null ? 1 : before.size + 1);
    } while (!last.compareAndSet(before, node));
  }

  /** How many are there. */
  int size() {
    Node<T> node = last.get();
    return node == null ? 0 : node.size;
  }

  /** Takes all, in the order in which they came. */
  void takeAll(List<T> to) {
    int start = to.size();
    Node<T> node = last.getAndSet(null);
    while (node != null) {
      to.add(node.thing);
      node = node.before;
    }
    Collections.reverse(to.subList(start, to.size()));
  }
}
