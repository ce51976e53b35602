package io.homecloud.storage.catalogue;

import io.homecloud.storage.document.ServiceDocument;

/**
 * A service's document as it was read from a pool.
 *
 * @param own whether this installation wrote it, which only its seal proves
 */
public record NotedDocument(boolean own, ServiceDocument document) {}
