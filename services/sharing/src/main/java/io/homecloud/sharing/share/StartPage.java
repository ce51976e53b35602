package io.homecloud.sharing.share;

import io.homecloud.control.Name;
import io.homecloud.pages.Pages;
import io.homecloud.pages.Pages.Values;
import io.homecloud.pages.Visitor;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.serving.Level;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What one finds at the address of the house: the shares, where they are, and the other pages. */
@Path("/")
@PermitAll
@RunOnVirtualThread
public class StartPage {
  private final SharingControl control;
  private final Pages pages;
  private final Visitor visitor;

  StartPage(SharingControl control, Pages pages, Visitor visitor) {
    this.control = control;
    this.pages = pages;
    this.visitor = visitor;
  }

  /**
   * A share in the list.
   *
   * @param windows as Windows writes it; null when its address cannot say where it is
   */
  public record Line(
      String title,
      boolean writes,
      @Nullable String windows,
      @Nullable String smb,
      @Nullable String webdav) {
    static Line of(MemberShare share) {
      String name = share.metadata().name().value();
      ShareStatus.Urls urls = share.status().urls();
      return new Line(
          Objects.requireNonNullElse(share.spec().displayName(), name),
          share.status().level() == Level.WRITE,
          windows(urls.smb()),
          urls.smb(),
          urls.webdav());
    }

    /** Windows knows port 445 alone. */
    private static @Nullable String windows(@Nullable String smb) {
      return smb == null || URI.create(smb).getPort() != -1
          ? null
          : smb.substring("smb:".length()).replace('/', '\\');
    }

    /** Whether it can be reached at all by who reads this. */
    public boolean here() {
      return smb != null || webdav != null;
    }
  }

  @GET
  @Operation(hidden = true)
  public Response show() {
    return visitor
        .account()
        .map(this::page)
        .orElseGet(() -> Response.seeOther(URI.create("/sign-in")).build());
  }

  private Response page(String who) {
    List<Line> shares = control.shareFeature().of(who).stream().map(Line::of).toList();
    return pages
        .page(
            200,
            "start",
            new Values()
                .with("account", who)
                .with("called", called(who))
                .with("administers", visitor.administers())
                .with("shares", shares))
        .build();
  }

  private String called(String who) {
    return control
        .plane()
        .resources()
        .find(SharingKinds.ACCOUNT, new Name(who))
        .map(account -> account.spec().displayName())
        .orElse(who);
  }
}
