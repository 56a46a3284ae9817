package dev.bactrian.pool;

import dev.bactrian.chat.ChatRequest;
import dev.bactrian.provider.PoolSettings;
import dev.bactrian.provider.Providers;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToLongFunction;

/** The pools as one edition of the configuration has them. */
public final class EditionPools {
  private final Pools pools;
  private final Providers providers;

  /**
   * The pools of an edition.
   *
   * @param pools their state
   * @param providers say which members there are
   */
  public EditionPools(Pools pools, Providers providers) {
    this.pools = pools;
    this.providers = providers;
    if (pools.isUnused()) {
      use();
    }
  }

  /** The edition comes into use. */
  public void use() {
    pools.use(providers.pools());
  }

  /** Whether a provider has a pool. */
  public boolean isPooled(String provider) {
    return providers.pool(provider) != null;
  }

  /**
   * What an attempt needs to take a member of a provider's pool.
   *
   * @param model the provider's id of the model
   * @param client who calls
   * @param estimate the tokens of a request, in and out
   * @param tried the members that failed this request already
   */
  public Lease lease(
      String provider,
      String model,
      ChatRequest request,
      String client,
      ToLongFunction<ChatRequest> estimate,
      Set<String> tried) {
    PoolSettings settings = Objects.requireNonNull(providers.pool(provider));
    boolean counts = settings.members().stream().anyMatch(member -> member.limits().countTokens());
    return new Lease(
        pools.of(provider),
        settings,
        model,
        pools.isSticky(settings) ? Conversation.of(request, client) : 0,
        counts ? estimate.applyAsLong(request) : 0,
        tried);
  }

  /** Whether there is no use in asking a provider for a model now: all of its keys are out. */
  public boolean isOut(String provider, String model) {
    return isPooled(provider) ? pools.of(provider).isOut(model) : pools.breakers().isOpen(provider);
  }
}
