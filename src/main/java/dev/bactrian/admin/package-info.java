/** The administration of keys and owners: the API on the management port, and its commands. */
@NullMarked
package dev.bactrian.admin;

import org.jspecify.annotations.NullMarked;
