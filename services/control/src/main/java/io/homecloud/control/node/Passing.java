package io.homecloud.control.node;

import io.netty.handler.codec.http.HttpHeaderValues;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Carries requests to a peer and its answers back, byte by byte as they come: neither is held, and
 * who is slow on one side slows the other. With Vert.x' own client on the event loop of the
 * request, so that no thread waits.
 */
final class Passing {
  private static final Logger LOG = Logger.getLogger(Passing.class);

  private static final Duration CONNECT = Duration.ofSeconds(2);

  /** Longer than any request that waits for something, or that follows events, is silent. */
  private static final Duration SILENCE = Duration.ofMinutes(10);

  /** Of a request of which no byte moves it is looked as often whether the peer is still there. */
  private static final Duration LOOK = Duration.ofSeconds(8);

  /** One that takes no connection so many times is away. */
  static final int LOOKS = 3;

  private static final int MOST_AT_ONCE = 512;
  private static final int PIECE = 64 * 1024;

  /** Of one connection, not of the request (RFC 9110, 7.6.1); the body's framing is made anew. */
  private static final Set<String> OF_CONNECTION =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private static final String FORWARDED = "X-Forwarded-For";

  private final Vertx vertx;
  private final HttpClient client;
  private final NetClient looks;
  private final Duration look;

  Passing(Vertx vertx) {
    this(vertx, LOOK);
  }

  /**
   * @param look how long nothing moves before it is looked at the peer, and how often then
   */
  Passing(Vertx vertx, Duration look) {
    this.vertx = vertx;
    this.look = look;
    this.looks =
        vertx.createNetClient(new NetClientOptions().setConnectTimeout((int) CONNECT.toMillis()));
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout((int) CONNECT.toMillis())
                .setIdleTimeout((int) SILENCE.toSeconds())
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                // One that was kept does not tell that the machine at its end has lost its power.
                .setKeepAlive(false)
                .setTcpKeepAlive(true)
                .setMaxChunkSize(PIECE),
            new PoolOptions().setHttp1MaxSize(MOST_AT_ONCE));
  }

  /** What became of it; one of both is called, once. */
  interface End {
    /** By the peer, or broken off in the middle of its answer. */
    void answered();

    /** The peer did not answer, and nothing has been said to the client. */
    void unanswered();
  }

  /**
   * @param body what was read of the body already, which is all of it; null when nothing was
   */
  void pass(RoutingContext routing, Peer peer, byte @Nullable [] body, End end) {
    Context context = Vertx.currentContext();
    if (context == null) {
      throw new IllegalStateException("no request is under way in this thread");
    }
    context.runOnContext(_ -> new Passage(routing.request(), peer, body, end).begin());
  }

  /** One request on its way. All of it happens on one event loop. */
  private final class Passage {
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Peer peer;
    private final byte @Nullable [] body;
    private final End end;
    private boolean over;
    private long timer = -1;
    private long moved;
    private int missed;

    Passage(HttpServerRequest request, Peer peer, byte @Nullable [] body, End end) {
      this.request = request;
      this.response = request.response();
      this.peer = peer;
      this.body = body;
      this.end = end;
    }

    void begin() {
      request.pause();
      URI url = peer.url();
      client
          .request(
              new RequestOptions()
                  .setMethod(request.method())
                  .setSsl("https".equals(url.getScheme()))
                  .setHost(url.getHost())
                  .setPort(port(url))
                  .setURI(request.uri()))
          .onFailure(this::failed)
          .onSuccess(this::send);
    }

    private static int port(URI url) {
      return url.getPort() > 0 ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80;
    }

    private void send(HttpClientRequest passed) {
      copy(request.headers(), passed.headers());
      passed.putHeader(PassedRequests.NODE_HEADER, peer.node());
      passed.putHeader(FORWARDED, forwarded());
      passed.response().onFailure(this::failed).onSuccess(this::answer);
      response.closeHandler(_ -> {
        if (!over) {
          passed.reset();
          finish();
        }
      });
      timer = vertx.setPeriodic(look.toMillis(), _ -> look(passed));
      if (body != null) {
        passed.headers().remove(HttpHeaders.EXPECT);
        passed.end(Buffer.buffer(body));
      } else if (request.isEnded()) {
        passed.end();
      } else if (expectsContinue()) {
        frame(passed);
        passed.continueHandler(_ -> {
          response.writeContinue();
          request.pipeTo(passed);
        });
        passed.sendHead();
      } else {
        frame(passed);
        request.pipeTo(passed);
      }
    }

    /**
     * A machine that has lost its power says nothing, and neither does one that takes its time.
     * Only who is slow can be asked for another connection.
     */
    private void look(HttpClientRequest passed) {
      long now = request.bytesRead() + response.bytesWritten();
      if (now != moved) {
        moved = now;
        missed = 0;
        return;
      }
      looks
          .connect(port(peer.url()), peer.url().getHost())
          .onSuccess(there -> {
            missed = 0;
            there.close();
          })
          .onFailure(failure -> {
            if (++missed == LOOKS && !over) {
              lost(passed, failure);
            }
          });
    }

    /** What the connection still holds for the peer would keep it open: it is not waited for. */
    private void lost(HttpClientRequest passed, Throwable failure) {
      if (response.headWritten()) {
        request.connection().close();
        finish();
      } else {
        failed(failure);
      }
      passed.reset();
    }

    private boolean expectsContinue() {
      return HttpHeaderValues.CONTINUE
          .toString()
          .equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
    }

    private void frame(HttpClientRequest passed) {
      if (request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null) {
        passed.setChunked(true);
      }
    }

    /** The client, as whoever is in front of us tells it, then who came to us. */
    private String forwarded() {
      String before = request.getHeader(FORWARDED);
      String from = request.remoteAddress() == null ? "" : request.remoteAddress().hostAddress();
      return before == null ? from : before + ", " + from;
    }

    private void answer(HttpClientResponse answer) {
      if (over) {
        return;
      }
      response.setStatusCode(answer.statusCode());
      response.setStatusMessage(answer.statusMessage());
      copy(answer.headers(), response.headers());
      if (answer.getHeader(HttpHeaders.TRANSFER_ENCODING) != null
          || (answer.getHeader(HttpHeaders.CONTENT_LENGTH) == null && mayHaveBody(answer))) {
        response.setChunked(true);
      }
      answer
          .pipeTo(response)
          .onComplete(done -> {
            if (done.failed()) {
              LOG.debugf(done.cause(), "the answer of node %s broke off", peer.node());
              request.connection().close();
            }
            finish();
          });
    }

    private boolean mayHaveBody(HttpClientResponse answer) {
      return answer.statusCode() >= 200
          && answer.statusCode() != 204
          && answer.statusCode() != 304
          && !request.method().name().equals("HEAD");
    }

    private void failed(Throwable failure) {
      if (over) {
        return;
      }
      settle();
      // What is left of the body is let go, or the connection would bring no other request.
      request.handler(null).endHandler(null).resume();
      LOG.infof("node %s at %s does not answer: %s", peer.node(), peer.url(), failure.getMessage());
      end.unanswered();
    }

    private void finish() {
      if (!over) {
        settle();
        end.answered();
      }
    }

    private void settle() {
      over = true;
      vertx.cancelTimer(timer);
    }
  }

  private static void copy(MultiMap from, MultiMap to) {
    from.forEach((name, value) -> {
      if (!OF_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
        to.add(name, value);
      }
    });
  }
}
