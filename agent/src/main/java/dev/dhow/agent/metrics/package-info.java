/// What Prometheus scrapes: one class per family of metrics.
///
/// Here: names, descriptions, labels, buckets. Labels come from configuration and closed sets only. Not here: what
/// happens (the listeners' callers), the route (`http`).
@NullMarked
package dev.dhow.agent.metrics;

import org.jspecify.annotations.NullMarked;
