/** What is known of models: names, providers, windows, prices. */
@NullMarked
package dev.bactrian.catalogue;

import org.jspecify.annotations.NullMarked;
