package io.homecloud.backup.engine;

import io.homecloud.backup.repository.RepositorySpec;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The engines that there are. */
public record Engines(Map<RepositorySpec.Engine, Engine> all) {
  public Engines {
    all = Map.copyOf(all);
  }

  public Optional<Engine> of(RepositorySpec.@Nullable Engine name) {
    return name == null ? Optional.empty() : Optional.ofNullable(all.get(name));
  }
}
