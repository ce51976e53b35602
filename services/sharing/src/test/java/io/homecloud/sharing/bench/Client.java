package io.homecloud.sharing.bench;

import java.nio.file.Path;
import java.util.List;

/** A client of one protocol at one server; each call is one connection. */
interface Client {
  /** Who signs in, and may write. */
  record Who(String account, String password) {}

  /** Sends files under their own names. */
  void write(List<Path> files) throws Exception;

  /** Fetches files of these names into a directory. */
  void read(List<String> names, Path into) throws Exception;

  /** Looks at what there is; fails when the share is not there for it. */
  void list() throws Exception;
}
