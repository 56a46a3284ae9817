package example;

import org.apache.camel.main.Main;

/** Camel Main with the routes in {@code camel/}, and nothing else. */
public final class Application {
  private Application() {}

  public static void main(String[] args) throws Exception {
    new Main(Application.class).run(args);
  }
}
