package io.homecloud.control.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.control.Name;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.resource.Status;
import io.homecloud.control.resource.StatusWaiters;
import io.homecloud.control.wish.KindOffer;
import io.homecloud.control.wish.WishKeeper;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.database.Transaction;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The conventions of the API for one kind; the resource classes only say which paths there are. */
public final class ResourceApi<S, T extends Status> {
  private final Kind<S, T> kind;
  private final String path;
  private final Admission<S, T> admission;
  private final Room room;
  private UnaryOperator<List<Resource<S, T>>> presenter = UnaryOperator.identity();
  private Predicate<Resource<S, T>> awaited = Resource::ready;

  /** What all kinds of a service share. */
  public record Room(
      ServiceDatabase database,
      ResourceStore resources,
      StatusWaiters waiters,
      Idempotency idempotency,
      ObjectMapper json,
      WishKeeper keeper,
      Consumer<KindOffer<?, ?>> offers) {}

  /**
   * @param path of the kind's list, for example {@code /api/storage/v1/volumes}
   */
  public ResourceApi(Kind<S, T> kind, String path, Admission<S, T> admission, Room room) {
    this.kind = kind;
    this.path = path;
    this.admission = admission;
    this.room = room;
    room.offers().accept(new KindOffer<>(kind, admission));
  }

  /** Completes resources with what is read from the system only when somebody asks. */
  public ResourceApi<S, T> presentedBy(UnaryOperator<List<Resource<S, T>>> operator) {
    this.presenter = operator;
    return this;
  }

  /** What {@code ?wait=} waits for, where it is not Ready alone: a job that failed is over too. */
  public ResourceApi<S, T> waitingFor(Predicate<Resource<S, T>> end) {
    this.awaited = end;
    return this;
  }

  /** A page of all there are, in the order of their names. */
  public Page<Resource<S, T>> list(Asked asked, Optional<UUID> parent) {
    int limit = asked.limit();
    var rows =
        room.resources()
            .list(
                kind,
                new Selection(asked.labels(), parent, Optional.empty()),
                asked.position(),
                limit + 1);
    Page<Resource<S, T>> page = Page.of(rows, limit, row -> row.name().value());
    return new Page<>(presenter.apply(page.items()), page.metadata());
  }

  /** The resource of that name, or the problem that there is none. */
  public Resource<S, T> require(Name name) {
    return room.resources().find(kind, name).orElseThrow(() -> ResourceStore.notFound(kind, name));
  }

  /** The one of that name, with what was last observed of it. */
  public Response get(Name name) {
    return answer(Response.ok(), require(name));
  }

  /** Records a wish: 201, or 202 when it was to be waited for and is not ready yet. */
  public Response create(Asked asked, String text) {
    Draft<S> draft = read(text);
    return create(asked, text, draft.name(), draft.labels(), draft.spec());
  }

  /** A wish as it was sent, before anybody has said whether it can be. */
  public record Draft<S>(Name name, Map<String, String> labels, S spec) {}

  /** The wish in a body, or the problem that there is none. */
  public Draft<S> read(String text) {
    ResourceBody body = read(tree(text), ResourceBody.class);
    return new Draft<>(body.name(), body.labels(), spec(body));
  }

  /** As above, for wishes that were read elsewhere; {@code text} identifies the request. */
  public Response create(Asked asked, String text, Name name, Map<String, String> labels, S spec) {
    return create(asked, text, name, labels, () -> spec, (_, _) -> {});
  }

  /** What belongs to a new resource beside its wish. */
  public interface Beside {
    /** Written with the resource or not at all. */
    void write(Transaction transaction, UUID uid);
  }

  /**
   * As above, with something beside the wish. When an earlier request of the same key made it,
   * nothing is written again and the spec is not asked for.
   *
   * @param spec the wish, or the problem that it cannot be; it only looks, for after a lost
   *     deadlock it is asked again
   */
  public Response create(
      Asked asked,
      String text,
      Name name,
      Map<String, String> labels,
      Supplier<S> spec,
      Beside beside) {
    Duration wait = asked.waiting();
    Optional<Idempotency.Key> key = asked.idempotency(text);
    UUID uid = UUID.randomUUID();
    // Watched before it can change, so that what was just written need not be read again.
    try (StatusWaiters.Watch watch = room.waiters().watch(uid)) {
      Made<S, T> made =
          room.database()
              .inTransaction(transaction -> {
                Optional<UUID> earlier =
                    key.flatMap(named -> room.idempotency().claim(transaction, named, uid));
                return earlier.isPresent()
                    ? new Made<S, T>(earlier.get(), null)
                    : new Made<>(
                        uid, insert(transaction, asked, uid, name, labels, spec.get(), beside));
              });
      Resource<S, T> now = made.now();
      if (now == null) {
        return created(await(made.uid(), wait), wait);
      }
      return created(
          wait.isZero()
              ? now
              : watch.await(
                  wait, () -> find(uid).filter(awaited), () -> find(uid).orElseThrow(this::gone)),
          wait);
    }
  }

  /**
   * @param now null when an earlier request of the same key made it
   */
  private record Made<S, T extends Status>(UUID uid, @Nullable Resource<S, T> now) {}

  private Resource<S, T> insert(
      Transaction transaction,
      Asked asked,
      UUID uid,
      Name name,
      Map<String, String> labels,
      S spec,
      Beside beside) {
    Admission.Admitted<S> admitted = admission.create(name, spec);
    Resource<S, T> made =
        room.resources()
            .create(
                transaction,
                kind,
                new ResourceStore.Draft<>(
                    uid,
                    name,
                    admitted.node(),
                    admitted.parent(),
                    labels,
                    admitted.spec(),
                    asked.subject()));
    beside.write(transaction, uid);
    // Last, so that what is kept elsewhere has a row here unless the commit itself fails.
    return room.keeper()
        .created(kind, made)
        .map(kept -> room.resources().keep(transaction, kind, uid, kept))
        .orElse(made);
  }

  /** Answers as a creation does, with a resource that was made by other means. */
  public Response made(Asked asked, UUID uid) {
    Duration wait = asked.waiting();
    return created(await(uid, wait), wait);
  }

  private Response created(Resource<S, T> resource, Duration wait) {
    Response.ResponseBuilder answer =
        wait.isZero() || resource.ready()
            ? Response.status(Response.Status.CREATED)
            : Response.accepted();
    return answer(answer.location(URI.create(path + "/" + resource.name())), resource);
  }

  /**
   * Answers with a resource that a request changes by other means; a repeated request is answered
   * with it as it is now, whatever would be refused by now.
   *
   * @param text the body, which with the path identifies the request
   * @param change of the resource with this uid, in one transaction with the key
   */
  public Response settled(Asked asked, String text, UUID uid, Runnable change) {
    Optional<Idempotency.Key> key = asked.idempotency(text);
    Duration wait = asked.waiting();
    room.database()
        .useTransaction(transaction -> {
          if (key.flatMap(named -> room.idempotency().claim(transaction, named, uid)).isEmpty()) {
            change.run();
          }
        });
    return settled(await(uid, wait), wait);
  }

  /**
   * Answers with a resource that was changed by other means, after waiting if that was asked for.
   */
  public Response settled(Asked asked, Resource<S, T> changed) {
    Duration wait = asked.waiting();
    return settled(await(changed.uid(), wait), wait);
  }

  private Response settled(Resource<S, T> seen, Duration wait) {
    return answer(wait.isZero() || seen.ready() ? Response.ok() : Response.accepted(), seen);
  }

  /**
   * Waits until the resource is ready for its newest spec; gives it as it is at the end of the
   * time.
   */
  private Resource<S, T> await(UUID uid, Duration wait) {
    return room.waiters()
        .await(uid, wait, () -> find(uid).filter(awaited), () -> find(uid).orElseThrow(this::gone));
  }

  private Optional<Resource<S, T>> find(UUID uid) {
    return room.resources().find(kind, uid);
  }

  private RuntimeException gone() {
    return CommonProblem.NOT_FOUND.because("It was deleted meanwhile.");
  }

  /** Records the whole wish anew: spec and labels are replaced. */
  public Response replace(Asked asked, Name name, String text) {
    ResourceBody body = read(tree(text), ResourceBody.class);
    requireSameName(body, name);
    S wished = spec(body);
    Map<String, String> labels = body.labels();
    return changed(
        asked, name, before -> new ResourceStore.Wish<>(admission.change(before, wished), labels));
  }

  /** Changes the wish by a JSON merge patch (RFC 7396) of the resource as GET shows it. */
  public Response patch(Asked asked, Name name, String text) {
    JsonNode patch = patch(text);
    return changed(asked, name, before -> patched(before, patch));
  }

  /**
   * What {@link #patch} would record; nothing is changed.
   *
   * @throws io.homecloud.control.problem.ProblemException as it would
   */
  public S previewed(Resource<S, T> now, String text) {
    return patched(now, patch(text)).spec();
  }

  private JsonNode patch(String text) {
    JsonNode patch = tree(text);
    if (!patch.isObject()) {
      throw CommonProblem.BODY_INVALID.because("A merge patch is a JSON object.");
    }
    return patch;
  }

  private ResourceStore.Wish<S> patched(Resource<S, T> before, JsonNode patch) {
    ObjectNode whole = room.json().valueToTree(before);
    ResourceBody body = read(Bodies.merge(whole, patch), ResourceBody.class);
    requireSameName(body, before.name());
    return new ResourceStore.Wish<>(admission.change(before, spec(body)), body.labels());
  }

  private Response changed(
      Asked asked,
      Name name,
      java.util.function.Function<Resource<S, T>, ResourceStore.Wish<S>> change) {
    Duration wait = asked.waiting();
    Resource<S, T> after =
        room.resources()
            .change(
                kind,
                name,
                asked.ifMatch(),
                before -> room.keeper().changed(kind, before, change.apply(before)));
    return settled(wait.isZero() ? after : await(after.uid(), wait), wait);
  }

  /**
   * Asks for its deletion: 202 with the resource as it goes, or 204 when it was waited for and is
   * gone.
   */
  public Response delete(Asked asked, Name name) {
    Duration wait = asked.waiting();
    Resource<S, T> row = require(name);
    // Before admission, which may already act: a volume is unmounted to see whether it is in use.
    ResourceStore.requireRevision(row, asked.ifMatch());
    admission.delete(row);
    Resource<S, T> going = going(asked, row);
    room.keeper().deleted(kind, going);
    Optional<Resource<S, T>> left =
        wait.isZero()
            ? Optional.of(going)
            : room.waiters()
                .await(
                    going.uid(),
                    wait,
                    () ->
                        find(going.uid()).isEmpty()
                            ? Optional.of(Optional.empty())
                            : Optional.empty(),
                    () -> find(going.uid()));
    return left.map(still -> answer(Response.accepted(), still))
        .orElseGet(() -> Response.noContent().build());
  }

  private Resource<S, T> going(Asked asked, Resource<S, T> row) {
    try {
      room.keeper().deleting(kind, row);
      return room.resources()
          .requestDeletion(kind, row.name(), asked.ifMatch(), admission::lastLook);
    } catch (RuntimeException e) {
      admission.stays(row);
      throw e;
    }
  }

  private static void requireSameName(ResourceBody body, Name name) {
    if (body.metadata() != null && body.metadata().name() != null && !body.name().equals(name)) {
      throw CommonProblem.FIELD_IMMUTABLE.because("A name cannot be changed; displayName can.");
    }
  }

  private Response answer(Response.ResponseBuilder builder, Resource<S, T> resource) {
    return builder
        .tag(Long.toString(resource.metadata().revision()))
        .entity(presenter.apply(List.of(resource)).getFirst())
        .build();
  }

  private JsonNode tree(String text) {
    return Bodies.tree(room.json(), text);
  }

  private S spec(ResourceBody body) {
    JsonNode spec = body.spec();
    if (spec == null || spec.isNull()) {
      throw CommonProblem.BODY_INVALID.because("spec is missing.");
    }
    return read(spec, kind.spec());
  }

  private <B> B read(JsonNode tree, Class<B> type) {
    try {
      return Bodies.read(room.json(), tree, type);
    } catch (JsonProcessingException e) {
      throw Bodies.problem(e);
    }
  }
}
