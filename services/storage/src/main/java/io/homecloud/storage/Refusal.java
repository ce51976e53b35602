package io.homecloud.storage;

/**
 * Why something cannot be.
 *
 * @param error the stable word for programs
 * @param sentence for the person who asked: what is in the way, and where it helps what to do
 */
public record Refusal(StorageError error, String sentence) {}
