package io.homecloud.notes;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What can be set of notes. */
@ConfigMapping(prefix = "homecloud.notes")
public interface NotesConfig {
  /** Name of this machine; resources of this name are acted on here. */
  @WithDefault("${HOMECLOUD_NODE:${HOSTNAME:localhost}}")
  String node();

  /** How many copies of a note there is room for. */
  @WithDefault("100")
  int mostCopies();
}
