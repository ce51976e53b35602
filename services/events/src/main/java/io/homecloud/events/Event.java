package io.homecloud.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;

/**
 * A fact on its way, as in CloudEvents 1.0 (structured JSON mode; <a
 * href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md">specification</a>).
 *
 * @param id unique; a consumer that has seen it ignores it
 * @param type {@code io.homecloud.<subject>.<verb-ed>.v1}
 * @param source {@code /homecloud/<service>/<node>}
 * @param subject uid of what it happened to; also the Kafka key
 * @param sequence per subject, from 1, without gaps
 * @param data the fact's own JSON
 */
public record Event(
    UUID id,
    String type,
    String source,
    UUID subject,
    long sequence,
    Instant time,
    JsonNode data) {}
