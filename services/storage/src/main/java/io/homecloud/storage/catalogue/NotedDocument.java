package io.homecloud.storage.catalogue;

import io.homecloud.storage.document.ServiceDocument;
import java.util.Optional;

/**
 * A service's document as it was read from a pool.
 *
 * @param installation whose it was, empty when it does not say
 */
public record NotedDocument(Optional<InstallationId> installation, ServiceDocument document) {}
