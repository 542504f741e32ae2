/// Paths and bodies of the HTTP API.
@NullMarked
package dev.dhow.api.http;

import org.jspecify.annotations.NullMarked;
