package example;

import org.apache.camel.main.Main;

/** An application on Camel Main, as it may be there already. */
public final class Application {
  private Application() {}

  public static void main(String[] args) throws Exception {
    new Main(Application.class).run(args);
  }
}
