package dev.bactrian.catalogue;

/** The catalogue in use: that of one edition, read once. */
public final class Catalogues {
  private final Catalogue current;

  /**
   * Reads the catalogue.
   *
   * @param config the configuration folder, blank for none
   */
  public Catalogues(String config) {
    this.current = new CatalogueReader(config).read();
  }

  /** The catalogue. */
  public Catalogue current() {
    return current;
  }
}
