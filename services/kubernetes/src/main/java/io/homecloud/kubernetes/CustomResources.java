package io.homecloud.kubernetes;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.Kept;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.control.resource.Status;
import io.homecloud.control.wish.WishKeeper;
import java.util.Optional;

/** One service's wishes as custom resources: both ways, what comes in by HTTP and by kubectl. */
public final class CustomResources implements WishKeeper {
  private final ControlPlane plane;
  private final RestDoor door;
  private final Leader leader;
  private final NamedSecrets secrets;

  public CustomResources(ControlPlane plane, Connection connection, String namespace) {
    this.plane = plane;
    Api api = new Api(connection.client(), namespace, plane.json());
    Documents documents = new Documents(namespace, plane.json());
    this.door = new RestDoor(plane.service(), api, documents, plane.resources());
    this.leader = new Leader(plane, connection.client(), api, documents);
    this.secrets = new NamedSecrets(plane, connection.client(), api, new Told(plane, api));
  }

  @Override
  public <S, T extends Status> Optional<Kept> created(Kind<S, T> kind, Resource<S, T> row) {
    return door.created(kind, row);
  }

  @Override
  public <S, T extends Status> Wish<S> changed(
      Kind<S, T> kind, Resource<S, T> before, Wish<S> wish) {
    return door.changed(kind, before, wish);
  }

  @Override
  public void deleting(Kind<?, ?> kind, Resource<?, ?> row) {
    door.deleting(kind, row);
  }

  @Override
  public void deleted(Kind<?, ?> kind, Resource<?, ?> row) {
    door.deleted(kind, row);
  }

  @Override
  public void start() {
    leader.start(plane.offers());
    secrets.start();
  }

  @Override
  public void close() {
    secrets.close();
    leader.close();
  }
}
