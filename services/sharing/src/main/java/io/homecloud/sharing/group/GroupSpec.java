package io.homecloud.sharing.group;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What can be wished of a group; who is in it is said by the accounts.
 *
 * @param displayName what people read
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GroupSpec(@Nullable String displayName) {}
