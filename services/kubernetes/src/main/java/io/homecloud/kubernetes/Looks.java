package io.homecloud.kubernetes;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;

/**
 * Has custom resources looked at for the sake of their rows. As if they had changed themselves: of
 * one that was made while another one of its name was seen out the operator knows nothing, and
 * passes over what else is said of it.
 */
final class Looks<R extends HomecloudResource> extends SimpleInboundEventSource<R> {
  Looks() {
    super("rows");
  }

  void look(R resource) {
    if (isRunning()) {
      getEventHandler()
          .handleEvent(
              new ResourceEvent(
                  ResourceAction.UPDATED, ResourceID.fromResource(resource), resource));
    }
  }
}
