/** What adds the gateway to a Spring Boot application. */
@NullMarked
package dev.bactrian.spring;

import org.jspecify.annotations.NullMarked;
