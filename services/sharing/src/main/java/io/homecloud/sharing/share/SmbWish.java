package io.homecloud.sharing.share;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.sharing.serving.SmbRule;
import org.jspecify.annotations.Nullable;

/**
 * What SMB asks of clients of a share.
 *
 * @param encryption offered when absent
 * @param minimum the oldest dialect, 3 when absent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SmbWish(SmbRule.@Nullable Encryption encryption, SmbRule.@Nullable Dialect minimum) {
  SmbRule rule() {
    return new SmbRule(
        encryption == null ? SmbRule.DEFAULT.encryption() : encryption,
        minimum == null ? SmbRule.DEFAULT.minimum() : minimum);
  }
}
