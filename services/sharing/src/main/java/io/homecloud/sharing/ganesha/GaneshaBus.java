package io.homecloud.sharing.ganesha;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.freedesktop.dbus.connections.impl.DBusConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.Error;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MethodCall;
import org.freedesktop.dbus.types.Variant;

/** A conversation with Ganesha over its D-Bus, as long as it is open. Not for several threads. */
final class GaneshaBus implements AutoCloseable {
  private static final String NAME = "org.ganesha.nfsd";
  private static final String MAPPED = "::ffff:";
  private static final Map<String, String> VERSIONS =
      Map.of("NFSv3", "NFS 3", "NFSv40", "NFS 4.0", "NFSv41", "NFS 4.1", "NFSv42", "NFS 4.2");
  private static final long REPLY_MILLIS = 30_000;

  private final DBusConnection connection;

  /** What Ganesha answered. */
  sealed interface Answer {
    /** Done; structures are arrays, lists are lists. */
    record Done(List<Object> values) implements Answer {}

    /** Its own words. */
    record Refused(String words) implements Answer {}
  }

  private GaneshaBus(DBusConnection connection) {
    this.connection = connection;
  }

  /**
   * Speaks to the bus with its socket in that directory.
   *
   * @throws IOException when there is none
   */
  static GaneshaBus open(Path directory) throws IOException {
    try (SocketPath socket = new SocketPath(directory.resolve(GaneshaConfig.BUS_SOCKET))) {
      String address = "unix:path=" + socket.path();
      return new GaneshaBus(DBusConnectionBuilder.forAddress(address).withShared(false).build());
    } catch (DBusException | RuntimeException e) {
      throw new IOException("no D-Bus in " + directory, e);
    }
  }

  /** Numbers of all exports but that of the root of NFS 4. */
  List<Integer> exports() throws IOException {
    return switch (call("ExportMgr", "exportmgr.ShowExports", "")) {
      case Answer.Done(List<Object> values) when values.getLast() instanceof List<?> all ->
          all.stream()
              .map(export -> ((Number) ((Object[]) export)[0]).intValue())
              .filter(id -> id != 0)
              .toList();
      case Answer answer -> throw new IOException("not a list of exports: " + answer);
    };
  }

  /** What Ganesha remembers of a client. */
  record Client(String address, List<String> versions) {}

  /** All that were seen since it started, connected or not. */
  List<Client> clients() throws IOException {
    return switch (call("ClientMgr", "clientmgr.ShowClients", "")) {
      case Answer.Done(List<Object> values) when values.getLast() instanceof List<?> all ->
          all.stream().map(client -> client((Object[]) client)).toList();
      case Answer answer -> throw new IOException("not a list of clients: " + answer);
    };
  }

  /** Its address, and for each protocol its name and whether it spoke it. */
  private static Client client(Object[] fields) {
    List<String> versions = new ArrayList<>();
    for (Object field : (Object[]) fields[1]) {
      Object[] protocol = (Object[]) field;
      String version = VERSIONS.get(protocol[0].toString());
      if (version != null && Boolean.TRUE.equals(protocol[1])) {
        versions.add(version);
      }
    }
    String address = fields[0].toString();
    return new Client(
        address.startsWith(MAPPED) ? address.substring(MAPPED.length()) : address, versions);
  }

  Answer add(Path config, int id) throws IOException {
    return call("ExportMgr", "exportmgr.AddExport", "ss", config.toString(), which(id));
  }

  Answer update(Path config, int id) throws IOException {
    return call("ExportMgr", "exportmgr.UpdateExport", "ss", config.toString(), which(id));
  }

  Answer remove(int id) throws IOException {
    return call(
        "ExportMgr", "exportmgr.RemoveExport", "q", new org.freedesktop.dbus.types.UInt16(id));
  }

  private static String which(int id) {
    return "EXPORT(Export_Id=" + id + ")";
  }

  /** How much is told of a part of it, which {@link GaneshaConfig} says for its start. */
  Answer tell(String component, String level) throws IOException {
    return send(
        "admin",
        "org.freedesktop.DBus.Properties",
        "Set",
        "ssv",
        NAME + ".log.component",
        "COMPONENT_" + component,
        new Variant<>("NIV_" + level));
  }

  Answer call(String object, String method, String signature, Object... arguments)
      throws IOException {
    int dot = method.indexOf('.');
    return send(
        object,
        NAME + "." + method.substring(0, dot),
        method.substring(dot + 1),
        signature,
        arguments);
  }

  private Answer send(
      String object, String type, String method, String signature, Object... arguments)
      throws IOException {
    try {
      MethodCall call =
          connection
              .getMessageFactory()
              .createMethodCall(
                  null,
                  NAME,
                  "/org/ganesha/nfsd/" + object,
                  type,
                  method,
                  (byte) 0,
                  signature.isEmpty() ? null : signature,
                  arguments);
      connection.sendMessage(call);
      Message reply = call.getReply(REPLY_MILLIS);
      if (reply == null) {
        throw new IOException("no answer to " + method);
      }
      List<Object> values = Stream.of(reply.getParameters()).toList();
      return reply instanceof Error
          ? new Answer.Refused(values.isEmpty() ? reply.getName() : values.getFirst().toString())
          : new Answer.Done(values);
    } catch (DBusException e) {
      throw new IOException(method, e);
    }
  }

  @Override
  public void close() {
    connection.disconnect();
  }
}
