/** The list of models that clients see. */
@NullMarked
package dev.bactrian.models;

import org.jspecify.annotations.NullMarked;
