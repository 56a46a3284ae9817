package dev.bactrian.catalogue;

/** The catalogue in use, replaced as a whole when its files change. */
public final class Catalogues {
  private final CatalogueReader reader;
  private volatile Catalogue current;

  /**
   * Reads the catalogue for the first time.
   *
   * @param config the configuration folder, blank for none
   */
  public Catalogues(String config) {
    this.reader = new CatalogueReader(config);
    this.current = reader.read();
  }

  /** The catalogue that new calls use. */
  public Catalogue current() {
    return current;
  }

  /** Reads the files again; when they are wrong, all stays as it was and it throws. */
  public void reload() {
    current = reader.read();
  }
}
