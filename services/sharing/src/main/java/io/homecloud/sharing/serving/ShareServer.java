package io.homecloud.sharing.serving;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A server of one protocol, kept running by us. Adding, changing or removing a share disturbs
 * neither clients of other shares nor a running transfer of its own, except of those who may not do
 * it any more.
 */
public interface ShareServer extends AutoCloseable {
  Protocol protocol();

  /** Whether it has something to serve without any share, and so runs from the start. */
  default boolean always() {
    return false;
  }

  /**
   * Brings the server in line. Its configuration is rendered whole, checked by the server's own
   * checker, and put in place only then; what serves stays as it was when it is refused. The same
   * again changes nothing and costs little; what was changed by hand is put right. May be called
   * again after a kill at any instruction; one call at a time.
   */
  Applied apply(Serving serving);

  /** What became of it. */
  sealed interface Applied {
    /**
     * Clients can use it.
     *
     * @param port where it listens
     */
    record InPlace(int port) implements Applied {}

    /** The server's checker refused the new configuration, with its own words. */
    record Refused(String words) implements Applied {}

    /** It cannot run: a sentence with the way out, such as who has the port. */
    record Unavailable(String sentence) implements Applied {}
  }

  Health health();

  /** Files that it reads and that are ours alone to write; some may not be there now. */
  default List<Path> configuration() {
    return List.of();
  }

  /**
   * Why it is not where clients look for it, with the way out; empty when it is, or when somebody
   * wished it so.
   */
  default Optional<String> elsewhere() {
    return Optional.empty();
  }

  /** How it is. */
  sealed interface Health {
    /** Nothing is to be served by it, or nothing yet: it does not run. */
    record Off() implements Health {}

    record Up() implements Health {}

    /** Its last words. */
    record Down(String words) implements Health {}
  }

  /** Who is connected now; asks the server, for when somebody looks. */
  List<ClientSession> sessions();

  /**
   * Ends a session; whoever may sign in can come again.
   *
   * @return false when there is none of that id
   */
  boolean disconnect(String id);

  /** Ends the server in an orderly way. */
  @Override
  void close();
}
