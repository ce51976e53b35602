package io.homecloud.sharing.link;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.resource.Resource;
import io.homecloud.events.database.Transaction;
import io.homecloud.sharing.link.LinkRecords.Opening;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What opens guest links, in the form in which pools keep it: of the token, which is 160 random
 * bits, the digest; of a password its hash, encrypted, since people choose passwords that can be
 * guessed. Counts are kept of links that end by them.
 */
public final class KeptLinks {
  private static final Logger LOG = Logger.getLogger(KeptLinks.class);
  private static final Pattern DIGEST = Pattern.compile("[A-Za-z0-9+/]{43}=");

  private final LinkRecords records;
  private final LinkKey key;
  private final ObjectMapper json;
  private final Consumer<GuestLinkSpec> rules;

  KeptLinks(LinkRecords records, LinkKey key, ObjectMapper json, Consumer<GuestLinkSpec> rules) {
    this.records = records;
    this.key = key;
    this.json = json;
    this.rules = rules;
  }

  /**
   * One link's.
   *
   * @param target what it was made for, as {@link LinkTarget} writes it
   * @param digest of the token, SHA-256 in base64
   * @param asks whether it has a password
   * @param password its hash, encrypted
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Kept(
      @Nullable String target,
      String digest,
      boolean asks,
      @Nullable String password,
      int uses,
      int files,
      long bytes) {}

  /** What there is to keep, by link. */
  public Map<UUID, JsonNode> of(List<Resource<GuestLinkSpec, GuestLinkStatus>> links) {
    Map<UUID, Opening> openings = new HashMap<>();
    records.openings().forEach(opening -> openings.put(opening.uid(), opening));
    Map<UUID, JsonNode> kept = new HashMap<>();
    for (Resource<GuestLinkSpec, GuestLinkStatus> link : links) {
      Opening opening = openings.get(link.uid());
      if (opening != null) {
        kept.put(link.uid(), json.valueToTree(kept(opening, link.spec().counted())));
      }
    }
    return kept;
  }

  private Kept kept(Opening opening, boolean counted) {
    String hash = opening.passwordHash();
    return new Kept(
        opening.target() == null ? null : opening.target().toString(),
        opening.digest(),
        hash != null,
        hash == null ? null : sealed(opening.uid(), hash),
        counted ? opening.uses() : 0,
        counted ? opening.files() : 0,
        counted ? opening.bytes() : 0);
  }

  /** Null when the key is damaged, which must not keep others from being kept. */
  private @Nullable String sealed(UUID link, String hash) {
    try {
      return key.sealed(link, hash);
    } catch (IllegalStateException | UncheckedIOException e) {
      LOG.warnf("the password of a guest link is not kept on pools: %s", e.getMessage());
      return null;
    }
  }

  /**
   * Holds a wish to the rules.
   *
   * @throws io.homecloud.control.problem.ProblemException when it breaks one
   */
  public void check(GuestLinkSpec spec) {
    rules.accept(spec);
  }

  /**
   * Lets it be opened as before. A link whose password cannot be decrypted any more, or of which
   * the pool says nothing usable, says itself that nothing opens it.
   */
  public void restore(Transaction transaction, UUID link, @Nullable JsonNode kept) {
    opening(link, kept).ifPresent(opening -> records.restore(transaction, opening));
  }

  private Optional<Opening> opening(UUID link, @Nullable JsonNode node) {
    Kept kept;
    try {
      kept =
          node == null
              ? null
              : json.readerFor(Kept.class)
                  .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                  .readValue(node);
    } catch (IOException e) {
      return Optional.empty();
    }
    if (kept == null || kept.digest() == null || !DIGEST.matcher(kept.digest()).matches()) {
      return Optional.empty();
    }
    Optional<String> password =
        Optional.ofNullable(kept.password()).flatMap(sealed -> key.opened(link, sealed));
    return kept.asks() && password.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Opening(
                link,
                LinkTarget.parse(kept.target()).orElse(null),
                kept.digest(),
                password.orElse(null),
                Math.max(kept.uses(), 0),
                Math.max(kept.files(), 0),
                Math.max(kept.bytes(), 0)));
  }
}
