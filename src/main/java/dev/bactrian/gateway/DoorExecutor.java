package dev.bactrian.gateway;

import org.apache.camel.spi.ReactiveExecutor;

/**
 * The door's executor, which an edition that stops does not stop. One of an edition's own would
 * stay behind in every thread that ever ran a call of it, for as long as that thread lives.
 */
record DoorExecutor(ReactiveExecutor door) implements ReactiveExecutor {
  @Override
  public void schedule(Runnable task) {
    door.schedule(task);
  }

  @Override
  public void scheduleMain(Runnable task) {
    door.scheduleMain(task);
  }

  @Override
  public void scheduleSync(Runnable task) {
    door.scheduleSync(task);
  }

  @Override
  public void scheduleQueue(Runnable task) {
    door.scheduleQueue(task);
  }

  @Override
  public boolean executeFromQueue() {
    return door.executeFromQueue();
  }

  @Override
  public void setStatisticsEnabled(boolean enabled) {
    door.setStatisticsEnabled(enabled);
  }

  @Override
  public boolean isStatisticsEnabled() {
    return door.isStatisticsEnabled();
  }
}
