package io.homecloud.control.resource;

/**
 * Where a wish is kept that goes before its row, for example as a custom resource.
 *
 * @param place says which one it is, in the words of who keeps it
 * @param generation that it has there; the row's is the same
 */
public record Kept(String place, long generation) {}
