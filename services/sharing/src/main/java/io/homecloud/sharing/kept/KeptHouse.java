package io.homecloud.sharing.kept;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.Name;
import io.homecloud.control.kept.KeptDocument;
import io.homecloud.control.kept.KeptResource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who lives here and what is shared, as it is kept on the pools: the document {@code
 * sharing/house}. No passwords of accounts; those of links are encrypted.
 *
 * <p>Items are read one by one, see {@link Kept}: one that cannot be read spoils no other.
 *
 * @param format 1; a reader passes over members that it does not know
 * @param nextId no number from this one on was ever given to an account or a group
 * @param links guest links, each with what opens it
 */
record KeptHouse(
    int format,
    int nextId,
    List<JsonNode> groups,
    List<JsonNode> accounts,
    List<JsonNode> shares,
    List<JsonNode> links)
    implements KeptDocument.Content {
  static final int FORMAT = 1;

  /** The member of a link that says what opens it; it is {@code link}'s business what is there. */
  static final String OPENS = "opens";

  KeptHouse {
    groups = groups == null ? List.of() : List.copyOf(groups);
    accounts = accounts == null ? List.of() : List.copyOf(accounts);
    shares = shares == null ? List.of() : List.copyOf(shares);
    links = links == null ? List.of() : List.copyOf(links);
  }

  /**
   * A resource as it is wished.
   *
   * @param id the number of an account or group on the machines
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Kept(
      UUID uid,
      Name name,
      @Nullable Map<String, String> labels,
      long generation,
      @Nullable Instant createdAt,
      @Nullable String createdBy,
      JsonNode spec,
      @Nullable Integer id)
      implements KeptResource {}

  @Override
  public boolean empty() {
    return groups.isEmpty() && accounts.isEmpty() && shares.isEmpty() && links.isEmpty();
  }

  /**
   * As another installation is taken over: whoever wrote that there may know what opens a link, and
   * would come in with the rights of those who are taken over.
   */
  KeptHouse withoutLinks() {
    return new KeptHouse(format, nextId, groups, accounts, shares, List.of());
  }
}
