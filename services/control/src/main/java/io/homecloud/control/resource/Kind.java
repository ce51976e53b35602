package io.homecloud.control.resource;

/**
 * A kind of resource and the records that it is made of.
 *
 * @param name singular, as in a custom resource: {@code Volume}
 * @param plural as in paths: {@code volumes}
 */
public record Kind<S, T extends Status>(
    String name, String plural, Class<S> spec, Class<T> status) {}
