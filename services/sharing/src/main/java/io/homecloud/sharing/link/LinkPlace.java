package io.homecloud.sharing.link;

import io.homecloud.control.Name;
import io.homecloud.host.path.RelativePath;

/**
 * Where the files of a link are. Storage is asked for them as servers have them: a link shows and
 * takes no more than they let who made it read and write.
 *
 * @param owner a user and a group, {@code 1000:1000}: as whom servers read and write
 * @param directory of the share in the volume
 */
public record LinkPlace(Name volume, String owner, RelativePath directory) {}
